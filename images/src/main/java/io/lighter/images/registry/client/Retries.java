package io.lighter.images.registry.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often to try again, and how long to wait before: twice as long each time, less a random part
 * so that many clients do not come back at once. A transfer that moved on starts to count anew.
 *
 * @param attempts in all, at least 1
 * @param first longest wait before the second attempt
 * @param longest wait, also of those that a registry asks for by {@code Retry-After}
 */
public record Retries(int attempts, Duration first, Duration longest) {

  /** For the open internet: six attempts within half a minute or so. */
  public static final Retries STANDARD =
      new Retries(6, Duration.ofSeconds(1), Duration.ofSeconds(60));

  /** Checks the number. */
  public Retries {
    if (attempts < 1) {
      throw new IllegalArgumentException("there must be an attempt: " + attempts);
    }
  }

  /**
   * Returns how long to wait after an attempt that failed.
   *
   * @param failed how many have failed in a row, from 1
   */
  Duration pause(int failed) {
    long most = Math.min(longest.toMillis(), first.toMillis() << Math.min(failed - 1, 20));
    return Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
  }
}
