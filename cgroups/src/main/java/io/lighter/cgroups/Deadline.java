package io.lighter.cgroups;

import java.time.Duration;

/**
 * A moment until which something may take.
 *
 * @param nanoTime on the clock of {@link System#nanoTime}
 */
record Deadline(long nanoTime) {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** A deadline after a time, of at most some decades. */
  static Deadline in(Duration time) {
    long most = Long.MAX_VALUE / 4;
    long nanos = time.compareTo(Duration.ofNanos(most)) > 0 ? most : time.toNanos();
    return new Deadline(System.nanoTime() + nanos);
  }

  /**
   * Returns the milliseconds left, rounded up, so that waiting them reaches the deadline; 0 after.
   */
  int millisLeft() {
    long nanos = nanoTime - System.nanoTime();
    if (nanos <= 0) {
      return 0;
    }
    return (int) Math.min(Integer.MAX_VALUE, (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
  }
}
