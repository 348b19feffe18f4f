package io.lighter.proxy.service;

import java.time.Duration;

/**
 * When an endpoint that refuses connections gets none for a while. The last one that is left is
 * never ejected.
 *
 * @param failures to connect in a row after which it is; 0 for never
 * @param time how long; longer than zero
 */
public record Ejection(int failures, Duration time) {
  /** After 3 failures, for 10 s. */
  public static final Ejection DEFAULT = new Ejection(3, Duration.ofSeconds(10));

  /** Never. */
  public static final Ejection NEVER = new Ejection(0, Duration.ofSeconds(1));

  /** Checks the figures. */
  public Ejection {
    if (failures < 0 || time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException(
          "an ejection needs 0 or more failures and a time longer than zero");
    }
  }
}
