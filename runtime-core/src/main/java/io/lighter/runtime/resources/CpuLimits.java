package io.lighter.runtime.resources;

import static io.lighter.runtime.resources.ResourceSettings.orZero;
import static io.lighter.runtime.resources.ResourceSettings.refused;

import io.lighter.cgroups.CpuSettings;
import io.lighter.cgroups.CpusetSettings;
import io.lighter.cgroups.Setting;
import io.lighter.runtime.spec.Cpu;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code linux.resources.cpu}: the controllers cpu and cpuset. */
final class CpuLimits {
  private static final long LEAST_SHARES = 2;
  private static final long MOST_SHARES = 262_144;
  private static final long MOST_WEIGHT = 10_000;

  private CpuLimits() {}

  static void add(@Nullable Cpu cpu, List<Setting> settings) {
    if (cpu == null) {
      return;
    }
    refuseRealtime("cpu.realtimeRuntime", cpu.realtimeRuntime());
    refuseRealtime("cpu.realtimePeriod", cpu.realtimePeriod());
    addWeight(cpu, settings);
    addQuota(cpu, settings);
    String cpus = cpu.cpus();
    if (cpus != null && !cpus.isBlank()) {
      settings.add(CpusetSettings.cpus(cpus));
    }
    String mems = cpu.mems();
    if (mems != null && !mems.isBlank()) {
      settings.add(CpusetSettings.mems(mems));
    }
  }

  /** An idle cgroup takes no weight, and leaving idleness resets it: so the order depends on it. */
  private static void addWeight(Cpu cpu, List<Setting> settings) {
    Long idle = cpu.idle();
    if (idle != null && idle == 0) {
      settings.add(CpuSettings.idle(false).ifPresent());
    }
    long shares = orZero(cpu.shares());
    if (shares != 0) {
      settings.add(CpuSettings.weight(weight(shares)));
    }
    if (idle != null && idle == 1) {
      settings.add(CpuSettings.idle(true));
    }
  }

  private static void addQuota(Cpu cpu, List<Setting> settings) {
    long quota = orZero(cpu.quota());
    long period = orZero(cpu.period());
    if (quota != 0 || period != 0) {
      settings.add(
          CpuSettings.max(
              quota > 0 ? quota : Setting.UNLIMITED,
              period != 0 ? period : CpuSettings.DEFAULT_PERIOD));
    }
    Long burst = cpu.burst();
    if (burst != null) {
      settings.add(CpuSettings.maxBurst(burst < 0 ? Long.MAX_VALUE : burst));
    }
  }

  private static void refuseRealtime(String field, @Nullable Long value) {
    if (value != null && value != 0) {
      throw refused(field, "cgroup v2 has no budget for real-time scheduling; leave it out");
    }
  }

  /**
   * Converts v1's shares to v2's weight: by a parabola of the logarithms through (2, 1), (1024,
   * 100) and (262144, 10000), as runc 1.3.2 and crun 1.23 do.
   *
   * <p>The straight line of older runtimes, 1 + (shares - 2) * 9999 / 262142, made 39 of the
   * default 1024: containers lost to every cgroup of the host that has its default of 100, and
   * everything below 28 shares was the same.
   */
  static long weight(long shares) {
    if (shares < 0 || shares >= MOST_SHARES) {
      return MOST_WEIGHT;
    }
    if (shares <= LEAST_SHARES) {
      return 1;
    }
    double l = Math.log((double) shares) / Math.log(2);
    double exponent = (l * l + 125 * l) / 612 - 7.0 / 34;
    // What is a whole number but for the last bits of the arithmetic must not be rounded up.
    return (long) Math.ceil(Math.pow(10, exponent) - 1e-6);
  }
}
