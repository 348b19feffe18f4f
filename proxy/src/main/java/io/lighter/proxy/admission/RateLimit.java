package io.lighter.proxy.admission;

import io.lighter.proxy.service.Limits;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets so many pass a second, and a burst of them at once: the generic cell rate algorithm, which
 * needs one number. Safe for use by many threads.
 *
 * @see <a href="https://www.itu.int/rec/T-REC-I.371">ITU-T I.371, annex A</a>
 */
public final class RateLimit {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** When all that passed would have, one after the other at the rate. */
  private final AtomicLong arrival;

  /** Begins with all of the burst. */
  public RateLimit(long now) {
    arrival = new AtomicLong(now);
  }

  /**
   * Returns whether one more may pass.
   *
   * @param now nanoseconds of the clock that it began by
   */
  public boolean tryPass(Limits limits, long now) {
    if (limits.rate() == 0) {
      return true;
    }
    long interval = NANOS_PER_SECOND / limits.rate();
    while (true) {
      long expected = arrival.get();
      long next = (expected - now > 0 ? expected : now) + interval;
      if (next - now > interval * limits.burst()) {
        return false;
      }
      if (arrival.compareAndSet(expected, next)) {
        return true;
      }
    }
  }
}
