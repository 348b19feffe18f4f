package io.lighter.runtime.launch;

import static io.lighter.linux.LaunchStructs.*;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.launch.LaunchPlan.Demand;
import io.lighter.runtime.spec.CpuAffinity;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The CPUs of a process that exec adds to a container, {@code process.execCPUAffinity}.
 *
 * <p>To be called where the program of an exec is planned, first of all its steps. The
 * specification says (config.md, "Linux Process") that the field is not for the container's own
 * process: a {@link LaunchPlanner} accepts it and does nothing.
 *
 * <p>{@code initial} is for the time before the process enters the container's cgroup, {@code
 * final} for that after it. A process of ours is born in the cgroup (CLONE_INTO_CGROUP), so that
 * both are steps of its own, one after the other, and what comes of {@code initial} is what the
 * move into a cgroup makes of it since Linux 6.2: the CPUs that the cpuset has too, or, when it has
 * none of them, the cpuset's own.
 */
final class CpuAffinityPlan {
  /** CPUs are numbered from 0 to 1023: the size of a glibc cpu_set_t, and enough. */
  static final int MAX_CPUS = 1024;

  private final LaunchProgram program;
  private final List<Demand> demands;

  /**
   * Prepares the steps.
   *
   * @param demands takes the step that the host may refuse
   */
  CpuAffinityPlan(LaunchProgram program, List<Demand> demands) {
    this.program = program;
    this.demands = demands;
  }

  /**
   * Adds the steps; an absent or empty list adds none.
   *
   * @throws IllegalArgumentException when a list is none of cpuset(7)
   */
  void add(CpuAffinity affinity) {
    BitSet initial = cpus("process.execCPUAffinity.initial", affinity.initial());
    String finalField = "process.execCPUAffinity.final";
    BitSet last = cpus(finalField, affinity.finalCpus());
    if (initial != null) {
      // EINVAL: the cpuset has none of these CPUs, and a move into it would have undone the choice.
      program
          .call(SystemCall.SCHED_SETAFFINITY, 0, bitmapBits(initial) / 8, bitmap(initial))
          .tolerate(Errno.EINVAL);
    }
    if (last != null) {
      demands.add(
          new Demand(
              program.call(SystemCall.SCHED_SETAFFINITY, 0, bitmapBits(last) / 8, bitmap(last)),
              finalField,
              Map.of(
                  Errno.EINVAL,
                  "none of these CPUs is online and in the cpuset of the container's cgroup")));
    }
  }

  private static @Nullable BitSet cpus(String field, @Nullable String list) {
    return list == null || list.isEmpty() ? null : NumberList.parse(field, list, MAX_CPUS);
  }
}
