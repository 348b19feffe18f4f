package io.lighter.runtime.launch;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Step;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A specification turned into what the kernel shall do.
 *
 * @param program the calls of the child
 * @param cloneFlags the namespaces that the child is born with and the manner of its birth
 * @param inputs what is filled in before each start
 * @param gates where the child waits for the parent, in order; with any, the thread that launches
 *     cannot be the one that lets it through, as it sleeps until the exec
 * @param listener the step whose result is the listener of the filter, known at {@link
 *     Gate#LISTENER}; null without that gate
 * @param lookups the steps before {@link Gate#START} that ask whether the command can be executed,
 *     one for each of the execs; empty without that gate
 * @param execs the steps that look for the command, in the order of PATH; the last one must succeed
 * @param mounts which steps serve which mount
 * @param demands steps that the host may refuse, with the field of the specification behind each
 * @param lenient steps that may fail for want of a privilege, with the warning that is due then
 * @param diesWithStarter whether the child is killed when the thread that launched it ends
 */
public record LaunchPlan(
    LaunchProgram program,
    long cloneFlags,
    LaunchInputs inputs,
    List<Gate> gates,
    @Nullable Step listener,
    List<Step> lookups,
    List<Step> execs,
    List<MountSteps> mounts,
    List<Demand> demands,
    List<Lenient> lenient,
    boolean diesWithStarter) {

  public LaunchPlan {
    gates = List.copyOf(gates);
    lookups = List.copyOf(lookups);
    execs = List.copyOf(execs);
    mounts = List.copyOf(mounts);
    demands = List.copyOf(demands);
    lenient = List.copyOf(lenient);
  }

  /**
   * A step that carries out one field of the specification, so that a refusal is told by its name.
   *
   * @param step the step
   * @param field the field, such as {@code process.scheduler}
   * @param reasons what it means here, by error number
   */
  public record Demand(Step step, String field, Map<Integer, String> reasons) {
    public Demand {
      reasons = Map.copyOf(reasons);
    }

    /** Returns what the error means here, or null when no more is known than its name. */
    public @Nullable String reason(int errno) {
      return reasons.get(errno);
    }
  }

  /**
   * A step whose failure is worth a warning and no more.
   *
   * @param step the step
   * @param warning what the user is told when it failed
   */
  public record Lenient(Step step, String warning) {}

  /**
   * The steps of one mount.
   *
   * @param first the index of the first step
   * @param end the index after the last
   * @param destination where it is in the container
   * @param what the type of the file system, or {@code a bind of /the/source}
   * @param options that only the file system understands
   */
  public record MountSteps(
      int first, int end, String destination, String what, List<String> options) {
    public MountSteps {
      options = List.copyOf(options);
    }

    /** Returns whether a step, counted from 0, is one of them. */
    public boolean contains(int step) {
      return first <= step && step < end;
    }
  }
}
