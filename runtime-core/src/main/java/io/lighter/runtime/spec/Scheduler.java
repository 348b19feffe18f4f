package io.lighter.runtime.spec;

import java.util.List;

/**
 * Scheduling attributes, sched_setattr(2).
 *
 * @param policy the policy
 * @param nice -20 to 19, for the policies {@code SCHED_OTHER} and {@code SCHED_BATCH}
 * @param priority static priority, 1 to 99 for {@code SCHED_FIFO} and {@code SCHED_RR}, 0 for
 *     others
 * @param flags flags
 * @param runtime nanoseconds, unsigned, for {@code SCHED_DEADLINE}
 * @param deadline nanoseconds, unsigned, for {@code SCHED_DEADLINE}
 * @param period nanoseconds, unsigned, for {@code SCHED_DEADLINE}
 */
public record Scheduler(
    SchedulerPolicy policy,
    int nice,
    int priority,
    List<SchedulerFlag> flags,
    long runtime,
    long deadline,
    long period) {
  public Scheduler {
    flags = List.copyOf(flags);
  }
}
