package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.UsageException;

/**
 * Shares of the processors, by the rules of Docker's engine.
 *
 * @param nanoCpus billionths of a processor, at least 0.01 of one; 0 for no limit of this kind
 * @param shares weight on cgroup v1's scale, 2 to 262144; 0 for the default
 * @param quotaMicros run time in a period; 0 for none, -1 for unlimited
 * @param periodMicros 1000 to 1000000; 0 for the default
 * @param cpus list of CPUs such as {@code 0-3,7}; "" for all
 * @param memoryNodes list of memory nodes; "" for all
 */
public record CpuOptions(
    long nanoCpus,
    long shares,
    long quotaMicros,
    long periodMicros,
    String cpus,
    String memoryNodes) {
  private static final long LEAST_MICROS = 1_000;
  private static final long MOST_PERIOD = 1_000_000;
  private static final long LEAST_SHARES = 2;
  private static final long MOST_SHARES = 262_144;

  static CpuOptions read(Flags flags) {
    long period = flags.number("cpu-period", 0);
    long quota = flags.number("cpu-quota", 0);
    long nanoCpus = nanoCpus(flags);
    if (nanoCpus > 0 && (period != 0 || quota != 0)) {
      throw new UsageException(
          "--cpus excludes --cpu-period and --cpu-quota: it sets both of them");
    }
    if (period != 0 && (period < LEAST_MICROS || period > MOST_PERIOD)) {
      throw new UsageException("--cpu-period must be 1000 to 1000000 microseconds");
    }
    if (quota < -1 || (quota > 0 && quota < LEAST_MICROS)) {
      throw new UsageException("--cpu-quota must be at least 1000 microseconds, or -1 for none");
    }
    return new CpuOptions(
        nanoCpus,
        shares(flags),
        quota,
        period,
        list(flags, "cpuset-cpus"),
        list(flags, "cpuset-mems"));
  }

  private static long nanoCpus(Flags flags) {
    long nanoCpus = 0;
    for (String value : flags.all("cpus")) {
      try {
        nanoCpus = CpuCount.parse(value);
      } catch (InvalidValueException e) {
        throw flags.invalid("cpus", value, e);
      }
    }
    return nanoCpus;
  }

  private static long shares(Flags flags) {
    long shares = flags.number("cpu-shares", 0);
    if (shares < 0) {
      throw new UsageException("--cpu-shares cannot be negative");
    }
    return shares == 0 ? 0 : Math.clamp(shares, LEAST_SHARES, MOST_SHARES);
  }

  private static String list(Flags flags, String name) {
    String last = "";
    for (String value : flags.all(name)) {
      try {
        NumberList.check(value);
      } catch (InvalidValueException e) {
        throw flags.invalid(name, value, e);
      }
      last = value;
    }
    return last;
  }
}
