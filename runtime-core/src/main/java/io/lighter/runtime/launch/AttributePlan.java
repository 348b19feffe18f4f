package io.lighter.runtime.launch;

import static io.lighter.linux.IoPriorities.IOPRIO_WHO_PROCESS;
import static io.lighter.linux.LaunchStructs.*;
import static io.lighter.linux.Personalities.*;

import io.lighter.linux.Errno;
import io.lighter.linux.IoPriorities;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.launch.LaunchPlan.Demand;
import io.lighter.runtime.spec.IoPriority;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.MemoryPolicy;
import io.lighter.runtime.spec.MemoryPolicyFlag;
import io.lighter.runtime.spec.Personality;
import io.lighter.runtime.spec.PersonalityDomain;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Scheduler;
import io.lighter.runtime.spec.SchedulerFlag;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Attributes of a process that outlive its exec and that its descendants inherit: execution domain,
 * memory policy, I/O priority, scheduling. They are set last before the identity changes, while the
 * process still has CAP_SYS_NICE, and from within its cgroup, whose cpuset bounds them.
 */
final class AttributePlan {
  /** The most nodes that any kernel is built for, {@code MAX_NUMNODES}. */
  static final int MAX_NODES = 1024;

  private final LaunchProgram program;
  private final List<Demand> demands;

  /**
   * Prepares the steps.
   *
   * @param demands takes those that the host may refuse
   */
  AttributePlan(LaunchProgram program, List<Demand> demands) {
    this.program = program;
    this.demands = demands;
  }

  /** Adds what a specification asks for. */
  void add(LinuxConfig linux, Process process) {
    Personality personality = linux.personality();
    if (personality != null) {
      add(personality);
    }
    MemoryPolicy policy = linux.memoryPolicy();
    if (policy != null) {
      add(policy);
    }
    IoPriority priority = process.ioPriority();
    if (priority != null) {
      add(priority);
    }
    // Last, because the steps after it run by the new policy already.
    Scheduler scheduler = process.scheduler();
    if (scheduler != null) {
      add(scheduler);
    }
  }

  private void add(Personality personality) {
    boolean bits32 = personality.domain() == PersonalityDomain.LINUX32;
    Step step = program.call(SystemCall.PERSONALITY, bits32 ? PER_LINUX32 : PER_LINUX);
    demands.add(new Demand(step, "linux.personality", Map.of()));
  }

  private void add(MemoryPolicy policy) {
    int mode = policy.mode().number();
    for (MemoryPolicyFlag flag : policy.flags()) {
      mode |= flag.bit();
    }
    String list = policy.nodes();
    Step step;
    if (list == null || list.isEmpty()) {
      step = program.call(SystemCall.SET_MEMPOLICY, mode, 0, 0);
    } else {
      BitSet nodes = NumberList.parse("linux.memoryPolicy.nodes", list, MAX_NODES);
      // The kernel takes one from the number of bits before it looks at them.
      step = program.call(SystemCall.SET_MEMPOLICY, mode, bitmap(nodes), bitmapBits(nodes) + 1);
    }
    demands.add(
        new Demand(
            step,
            "linux.memoryPolicy",
            Map.of(
                Errno.ENOSYS,
                "the kernel of this host is built without NUMA (CONFIG_NUMA)",
                Errno.EINVAL,
                "none of these nodes has memory and is in the cpuset of the container's cgroup, or"
                    + " the kernel does not have this mode or these flags together")));
  }

  private void add(IoPriority priority) {
    Step step =
        program.call(
            SystemCall.IOPRIO_SET,
            IOPRIO_WHO_PROCESS,
            0,
            IoPriorities.value(priority.ioClass().number(), priority.priority()));
    demands.add(
        new Demand(
            step,
            "process.ioPriority",
            Map.of(
                Errno.EPERM,
                "IOPRIO_CLASS_RT needs CAP_SYS_NICE or CAP_SYS_ADMIN, which this host withholds",
                Errno.ENOSYS,
                "the kernel of this host is built without block devices (CONFIG_BLOCK)")));
  }

  private void add(Scheduler scheduler) {
    long flags = 0;
    for (SchedulerFlag flag : scheduler.flags()) {
      flags |= flag.bit();
    }
    Step step =
        program.call(
            SystemCall.SCHED_SETATTR,
            0,
            schedAttr(
                scheduler.policy().number(),
                flags,
                scheduler.nice(),
                scheduler.priority(),
                scheduler.runtime(),
                scheduler.deadline(),
                scheduler.period()),
            0);
    demands.add(
        new Demand(
            step,
            "process.scheduler",
            Map.of(
                Errno.EPERM,
                "it needs CAP_SYS_NICE; a real-time policy also a cgroup with a budget for it"
                    + " (cpu.rt_runtime_us of cgroup v1), and SCHED_DEADLINE every CPU of the host",
                Errno.EBUSY,
                "SCHED_DEADLINE: the CPUs have no such share of their time left",
                Errno.EINVAL,
                "the kernel does not have this policy, or not with these values",
                Errno.EOPNOTSUPP,
                "the kernel of this host cannot clamp utilization (CONFIG_UCLAMP_TASK)")));
  }
}
