package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.spec.Rlimit;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits. 0 and "" mean not limited, where nothing else is said.
 *
 * @param memory memory and swap
 * @param cpu processors
 * @param pids most tasks; 0 or less for no limit
 * @param oomScoreAdjustment -1000 to 1000
 * @param rlimits limits of the process, at most one of a type
 */
public record ResourceOptions(
    MemoryOptions memory, CpuOptions cpu, long pids, int oomScoreAdjustment, List<Rlimit> rlimits) {

  static ResourceOptions read(Flags flags) {
    return new ResourceOptions(
        MemoryOptions.read(flags),
        CpuOptions.read(flags),
        flags.number("pids-limit", 0),
        oomScoreAdjustment(flags),
        rlimits(flags));
  }

  private static int oomScoreAdjustment(Flags flags) {
    long adjustment = flags.number("oom-score-adj", 0);
    if (adjustment < -1000 || adjustment > 1000) {
      throw new UsageException(
          "invalid value " + adjustment + ", range for oom score adj is [-1000, 1000]");
    }
    return (int) adjustment;
  }

  private static List<Rlimit> rlimits(Flags flags) {
    List<Rlimit> rlimits = new ArrayList<>();
    for (String value : flags.all("ulimit")) {
      try {
        Rlimit limit = Ulimit.parse(value);
        rlimits.removeIf(earlier -> earlier.type() == limit.type());
        rlimits.add(limit);
      } catch (InvalidValueException e) {
        throw flags.invalid("ulimit", value, e);
      }
    }
    return List.copyOf(rlimits);
  }
}
