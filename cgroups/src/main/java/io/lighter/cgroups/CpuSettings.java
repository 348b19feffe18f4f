package io.lighter.cgroups;

import java.util.Locale;

/**
 * Settings of the controller {@code cpu}.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu">Control Group v2, CPU</a>
 */
public final class CpuSettings {
  /** The period that {@code cpu.max} starts with, in microseconds. */
  public static final long DEFAULT_PERIOD = 100_000;

  private static final long LEAST_PERIOD = 1_000;
  private static final long LONGEST_PERIOD = 1_000_000;

  private CpuSettings() {}

  /**
   * {@code cpu.weight}: the share against siblings when the CPUs are busy.
   *
   * @param weight 1 to 10000; the kernel starts with 100
   */
  public static Setting weight(long weight) {
    String file = "cpu.weight";
    return Setting.of(Controller.CPU, file, Setting.within(file, weight, 1, 10_000));
  }

  /**
   * {@code cpu.weight.nice}: the weight in the terms of nice(2).
   *
   * @param nice -20, the greatest share, to 19
   */
  public static Setting weightNice(int nice) {
    String file = "cpu.weight.nice";
    return Setting.of(Controller.CPU, file, Setting.within(file, nice, -20, 19));
  }

  /**
   * {@code cpu.max}: the most CPU time in each period, over all CPUs together.
   *
   * @param quota microseconds, 1000 or more, or {@link Setting#UNLIMITED}
   * @param period microseconds, 1000 to 1000000
   */
  public static Setting max(long quota, long period) {
    String file = "cpu.max";
    boolean unlimited = quota == Setting.UNLIMITED;
    if ((!unlimited && quota < LEAST_PERIOD) || period < LEAST_PERIOD || period > LONGEST_PERIOD) {
      throw Setting.refused(file, quota + " " + period);
    }
    return Setting.of(Controller.CPU, file, (unlimited ? "max" : quota) + " " + period);
  }

  /**
   * {@code cpu.max.burst}: time that may be saved up in quiet periods. Linux 5.14.
   *
   * @param micros microseconds from 0, at most the quota
   */
  public static Setting maxBurst(long micros) {
    String file = "cpu.max.burst";
    return Setting.of(Controller.CPU, file, Setting.within(file, micros, 0, Long.MAX_VALUE));
  }

  /** {@code cpu.idle}: runs only when nobody else wants the CPU, as SCHED_IDLE. Linux 5.15. */
  public static Setting idle(boolean idle) {
    return Setting.of(Controller.CPU, "cpu.idle", idle ? 1 : 0);
  }

  /**
   * {@code cpu.uclamp.min}: the least utilisation that the frequency governor assumes. Needs
   * CONFIG_UCLAMP_TASK_GROUP.
   *
   * @param percent 0 to 100, of which two decimals count
   */
  public static Setting uclampMin(double percent) {
    return uclamp("cpu.uclamp.min", percent);
  }

  /**
   * {@code cpu.uclamp.max}: the greatest utilisation that the frequency governor assumes. Needs
   * CONFIG_UCLAMP_TASK_GROUP.
   *
   * @param percent 0 to 100, of which two decimals count
   */
  public static Setting uclampMax(double percent) {
    return uclamp("cpu.uclamp.max", percent);
  }

  private static Setting uclamp(String file, double percent) {
    if (!(percent >= 0 && percent <= 100)) {
      throw Setting.refused(file, Double.toString(percent));
    }
    return Setting.of(Controller.CPU, file, String.format(Locale.ROOT, "%.2f", percent));
  }
}
