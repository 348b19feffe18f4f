package io.lighter.runtime.spec;

/** A policy of sched(7). */
public enum SchedulerPolicy implements Term {
  SCHED_OTHER(0),
  SCHED_FIFO(1),
  SCHED_RR(2),
  SCHED_BATCH(3),
  /** Reserved by the kernel, which refuses it with EINVAL. */
  SCHED_ISO(4),
  SCHED_IDLE(5),
  SCHED_DEADLINE(6);

  private final int number;

  SchedulerPolicy(int number) {
    this.number = number;
  }

  /** The number in {@code struct sched_attr}. */
  public int number() {
    return number;
  }

  @Override
  public String term() {
    return name();
  }
}
