package io.lighter.runtime.spec;

/** A flag of sched_setattr(2). */
public enum SchedulerFlag implements Term {
  SCHED_FLAG_RESET_ON_FORK(0x01),
  SCHED_FLAG_RECLAIM(0x02),
  SCHED_FLAG_DL_OVERRUN(0x04),
  SCHED_FLAG_KEEP_POLICY(0x08),
  SCHED_FLAG_KEEP_PARAMS(0x10),
  SCHED_FLAG_UTIL_CLAMP_MIN(0x20),
  SCHED_FLAG_UTIL_CLAMP_MAX(0x40);

  private final int bit;

  SchedulerFlag(int bit) {
    this.bit = bit;
  }

  /** The bit in {@code sched_flags} of {@code struct sched_attr}. */
  public int bit() {
    return bit;
  }

  @Override
  public String term() {
    return name();
  }
}
