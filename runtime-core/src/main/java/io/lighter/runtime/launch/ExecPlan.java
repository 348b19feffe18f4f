package io.lighter.runtime.launch;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.Step;
import io.lighter.runtime.launch.LaunchPlan.Demand;
import java.util.List;

/**
 * A further process of a container, as what the kernel shall do.
 *
 * @param program the calls of the child
 * @param container takes the pidfd of the container's first process
 * @param stdin takes what becomes descriptor 0
 * @param stdout takes what becomes descriptor 1
 * @param stderr takes what becomes descriptor 2
 * @param extra take what become descriptors 3 and up
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
    List<Step> execs,
    List<Demand> demands) {
  public ExecPlan {
    demands = List.copyOf(demands);
    extra = List.copyOf(extra);
    execs = List.copyOf(execs);
  }
}
