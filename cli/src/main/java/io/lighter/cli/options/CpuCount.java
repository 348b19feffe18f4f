package io.lighter.cli.options;

import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.Numbers;

/** A number of processors with up to nine decimal places: {@code 1.5}. */
final class CpuCount {
  private static final long LEAST_NANOS = 10_000_000;
  private static final long MOST_CPUS = 1 << 20;
  private static final int PLACES = 9;

  private CpuCount() {}

  /** Billionths of a processor: 0 for no limit, else at least 0.01 of one. */
  static long parse(String text) {
    int point = text.indexOf('.');
    String whole = point < 0 ? text : text.substring(0, point);
    String fraction = point < 0 ? "" : text.substring(point + 1);
    if (fraction.length() > PLACES) {
      throw new InvalidValueException("value is too precise");
    }
    if (whole.isEmpty() && fraction.isEmpty()) {
      throw new InvalidValueException("it is not a number");
    }
    long nanos =
        (whole.isEmpty() ? 0 : Numbers.digits(whole, MOST_CPUS)) * 1_000_000_000L
            + (fraction.isEmpty()
                ? 0
                : Numbers.digits(fraction + "0".repeat(PLACES - fraction.length()), 999_999_999));
    if (nanos != 0 && nanos < LEAST_NANOS) {
      throw new InvalidValueException("it is less than 0.01");
    }
    return nanos;
  }
}
