package io.lighter.cli.options;

import io.lighter.cli.flags.ByteSize;
import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.UsageException;

/**
 * Limits of memory in bytes, 0 for none, by the rules of Docker's engine.
 *
 * @param limit at least 6 MiB
 * @param swap limit of memory and swap together, not below {@code limit}; -1 for unlimited swap;
 *     twice {@code limit} if only that was given
 * @param reservation soft limit, not above {@code limit}
 */
public record MemoryOptions(long limit, long swap, long reservation) {
  private static final long LEAST = 6L << 20;

  static MemoryOptions read(Flags flags) {
    long limit = flags.bytes("memory", 0);
    long reservation = flags.bytes("memory-reservation", 0);
    long swap = swap(flags);
    if (limit > 0 && limit < LEAST) {
      throw new UsageException("--memory: the minimum memory limit allowed is 6MB");
    }
    if (reservation > 0 && reservation < LEAST) {
      throw new UsageException(
          "--memory-reservation: the minimum memory reservation allowed is 6MB");
    }
    if (limit > 0 && reservation > limit) {
      throw new UsageException("--memory-reservation cannot be larger than --memory");
    }
    if (limit > 0 && swap > 0 && swap < limit) {
      throw new UsageException(
          "--memory-swap is memory and swap together and cannot be smaller than --memory");
    }
    if (limit == 0 && swap > 0) {
      throw new UsageException("--memory-swap needs --memory beside it");
    }
    return new MemoryOptions(limit, swap == 0 ? twice(limit) : swap, reservation);
  }

  private static long swap(Flags flags) {
    long swap = 0;
    for (String value : flags.all("memory-swap")) {
      try {
        swap = value.equals("-1") ? -1 : ByteSize.parse(value);
      } catch (InvalidValueException e) {
        throw flags.invalid("memory-swap", value, e);
      }
    }
    return swap;
  }

  private static long twice(long limit) {
    return limit > Long.MAX_VALUE / 2 ? -1 : 2 * limit;
  }
}
