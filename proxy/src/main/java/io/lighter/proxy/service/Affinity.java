package io.lighter.proxy.service;

import java.time.Duration;

/**
 * Whether a client, which is an IP address here, gets the endpoint that it had.
 *
 * @param timeout how long after its last connection it does, of whole seconds; zero for never
 */
public record Affinity(Duration timeout) {
  /** The most that Kubernetes allows: a day. */
  public static final Duration LONGEST = Duration.ofDays(1);

  /** Each connection is chosen for anew. */
  public static final Affinity NONE = new Affinity(Duration.ZERO);

  /** Checks the time. */
  public Affinity {
    if (timeout.isNegative()
        || timeout.compareTo(LONGEST) > 0
        || !timeout.equals(Duration.ofSeconds(timeout.toSeconds()))) {
      throw new IllegalArgumentException(
          "the time of an affinity is " + timeout + ": whole seconds, up to " + LONGEST);
    }
  }

  /** Returns whether there is any. */
  public boolean isOn() {
    return !timeout.isZero();
  }
}
