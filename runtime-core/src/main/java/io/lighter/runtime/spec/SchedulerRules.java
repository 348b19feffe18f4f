package io.lighter.runtime.spec;

/** Rules of sched_setattr(2): which attribute goes with which policy. */
final class SchedulerRules {
  private static final String AT = "process.scheduler.";

  private SchedulerRules() {}

  static void check(Scheduler scheduler, Problems problems) {
    SchedulerPolicy policy = scheduler.policy();
    problems.require(
        scheduler.nice() >= -20 && scheduler.nice() <= 19,
        AT + "nice",
        "expected -20 to 19, found " + scheduler.nice());
    boolean realtime = policy == SchedulerPolicy.SCHED_FIFO || policy == SchedulerPolicy.SCHED_RR;
    int priority = scheduler.priority();
    problems.require(
        realtime ? priority >= 1 && priority <= 99 : priority == 0,
        AT + "priority",
        "expected "
            + (realtime ? "1 to 99" : "none, or the policy SCHED_FIFO or SCHED_RR")
            + ", found "
            + priority);
    if (policy == SchedulerPolicy.SCHED_DEADLINE) {
      deadline(scheduler, problems);
    } else {
      problems.require(
          scheduler.runtime() == 0 && scheduler.deadline() == 0 && scheduler.period() == 0,
          AT + "policy",
          "runtime, deadline and period go with SCHED_DEADLINE only");
    }
  }

  private static void deadline(Scheduler scheduler, Problems problems) {
    long runtime = scheduler.runtime();
    long deadline = scheduler.deadline();
    // A period of 0 stands for the deadline.
    long period = scheduler.period() == 0 ? deadline : scheduler.period();
    problems.require(
        runtime != 0
            && Long.compareUnsigned(runtime, deadline) <= 0
            && Long.compareUnsigned(deadline, period) <= 0,
        AT + "runtime",
        "SCHED_DEADLINE needs 0 < runtime <= deadline <= period");
  }
}
