package io.lighter.runtime.launch;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.Sched;
import io.lighter.linux.Step;
import io.lighter.runtime.launch.LaunchInputs.RendezvousInput;
import io.lighter.runtime.launch.LaunchPlan.Demand;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.NamespaceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A further process of a container, as what the kernel shall do.
 *
 * @param program the calls of the child
 * @param container takes the pidfd of the container's first process
 * @param stdin takes what becomes descriptor 0
 * @param stdout takes what becomes descriptor 1
 * @param stderr takes what becomes descriptor 2
 * @param extra take what become descriptors 3 and up
 * @param rendezvous takes where the process is met at {@link Gate#LISTENER}, or null without it
 * @param listener the step whose result is the listener of the filter, or null when it has none
 * @param execs the steps that look for the command, in the order of PATH
 * @param demands steps that the host may refuse, with the field behind each
 */
public record ExecPlan(
    LaunchProgram program,
    Parameter container,
    Parameter stdin,
    Parameter stdout,
    Parameter stderr,
    List<Parameter> extra,
    @Nullable RendezvousInput rendezvous,
    @Nullable Step listener,
    List<Step> execs,
    List<Demand> demands) {
  /**
   * Returns the CLONE bits with which the process is born. Who enters a time namespace must share
   * its memory with nobody (setns(2), EUSERS): the copy of ours that it has until its exec costs
   * some milliseconds.
   *
   * @param config of the container
   */
  public static long cloneFlags(LinuxConfig config) {
    long common = Sched.CLONE_VFORK | Sched.CLONE_CLEAR_SIGHAND;
    return config.hasNamespace(NamespaceType.TIME) ? common : common | Sched.CLONE_VM;
  }

  public ExecPlan {
    demands = List.copyOf(demands);
    extra = List.copyOf(extra);
    execs = List.copyOf(execs);
  }
}
