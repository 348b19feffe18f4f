package io.lighter.runtime.logs;

import java.util.function.LongSupplier;

/**
 * The time stamps of one container's lines: of the clock, but never twice the same and never
 * backwards, whatever happens to the clock.
 *
 * <p>Not thread-safe: whoever works on the container's log has it.
 */
final class LogClock {
  private final LongSupplier realtime;
  private long next = Long.MIN_VALUE;

  /** Follows a clock of nanoseconds since 1970. */
  LogClock(LongSupplier realtime) {
    this.realtime = realtime;
  }

  /** Returns the time of a line that was seen before, at a time that {@link #now} returned then. */
  long then(long time) {
    return Math.max(time, next);
  }

  /** Returns the time of a line that is seen now. */
  long now() {
    return Math.max(realtime.getAsLong(), next);
  }

  /**
   * Takes the nanoseconds of some lines, the first of them at a time that {@link #now} returned.
   */
  void use(long first, int lines) {
    next = first + lines;
  }
}
