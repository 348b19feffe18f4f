package io.lighter.cgroups;

/**
 * Keys of {@code cpu.stat}: microseconds, or counts where the name begins with NR.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files">Control
 *     Group v2, CPU Interface Files</a>
 */
public enum CpuStat {
  USAGE_USEC,
  USER_USEC,
  SYSTEM_USEC,
  /** Of the time in USER_USEC, what ran at a positive nice value. Linux 6.12. */
  NICE_USEC,
  /** Periods of {@code cpu.max} in which something ran; absent without the controller cpu. */
  NR_PERIODS,
  /** Periods in which the quota was used up. */
  NR_THROTTLED,
  THROTTLED_USEC,
  NR_BURSTS,
  BURST_USEC
}
