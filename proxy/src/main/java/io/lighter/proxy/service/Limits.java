package io.lighter.proxy.service;

/**
 * How much a service takes. What is beyond is refused: a TCP connection by a reset, a datagram by
 * being dropped.
 *
 * @param connections at one time, or UDP flows; 0 for no limit
 * @param connectionsPerEndpoint the same for each endpoint; others are tried first
 * @param rate new connections or flows in a second; 0 for no limit
 * @param burst of how many at once the rate allows, at least 1 where there is a rate
 */
public record Limits(int connections, int connectionsPerEndpoint, int rate, int burst) {
  /** No limits. */
  public static final Limits NONE = new Limits(0, 0, 0, 0);

  /** Checks the figures. */
  public Limits {
    if (connections < 0 || connectionsPerEndpoint < 0 || rate < 0 || burst < 0) {
      throw new IllegalArgumentException("a limit is negative");
    }
    if ((rate == 0) != (burst == 0)) {
      throw new IllegalArgumentException("a rate has a burst of at least 1, and no burst is alone");
    }
  }
}
