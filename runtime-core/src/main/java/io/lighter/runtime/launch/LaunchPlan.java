package io.lighter.runtime.launch;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Step;
import java.util.List;

/**
 * A specification turned into what the kernel shall do.
 *
 * @param program the calls of the child
 * @param cloneFlags the namespaces that the child is born with and the manner of its birth
 * @param inputs what is filled in before each start
 * @param gates where the child waits for the parent, in order; with any the start cannot be by
 *     CLONE_VFORK
 * @param lookups the steps before {@link Gate#START} that ask whether the command can be executed,
 *     one for each of the execs; empty without that gate
 * @param execs the steps that look for the command, in the order of PATH; the last one must succeed
 * @param lenient steps that may fail for want of a privilege, with the warning that is due then
 */
public record LaunchPlan(
    LaunchProgram program,
    long cloneFlags,
    LaunchInputs inputs,
    List<Gate> gates,
    List<Step> lookups,
    List<Step> execs,
    List<Lenient> lenient) {

  public LaunchPlan {
    gates = List.copyOf(gates);
    lookups = List.copyOf(lookups);
    execs = List.copyOf(execs);
    lenient = List.copyOf(lenient);
  }

  /**
   * A step whose failure is worth a warning and no more.
   *
   * @param step the step
   * @param warning what the user is told when it failed
   */
  public record Lenient(Step step, String warning) {}
}
