package io.lighter.runtime.logs.driver;

import java.time.Duration;
import java.util.function.IntFunction;

/**
 * When a connection that failed is tried again.
 *
 * @param delay how long to wait after so many failures one after the other, from 1
 * @param most after how many failures what should be sent is given up, 0 for never
 */
record Reconnects(IntFunction<Duration> delay, int most) {
  private static final Duration LEAST = Duration.ofMillis(100);
  private static final int DOUBLINGS = 7;

  /** Never gives up: first after 100 ms, then twice as long each time, up to 12.8 s. */
  static Reconnects forEver() {
    return new Reconnects(
        failures -> LEAST.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS)), 0);
  }
}
