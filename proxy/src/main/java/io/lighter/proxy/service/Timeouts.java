package io.lighter.proxy.service;

import java.time.Duration;

/**
 * How long a service waits.
 *
 * @param connect for an endpoint to accept, before another is tried; longer than zero
 * @param idle for a byte in either direction before a TCP connection is closed; zero for ever
 * @param flow for a datagram in either direction before a UDP client may get another endpoint;
 *     longer than zero
 * @param drain for the connections of an endpoint that was removed or is draining, before they are
 *     closed; zero for ever
 */
public record Timeouts(Duration connect, Duration idle, Duration flow, Duration drain) {
  /** 5 s to connect, 60 s for a UDP flow, and no other bound. */
  public static final Timeouts DEFAULT =
      new Timeouts(Duration.ofSeconds(5), Duration.ZERO, Duration.ofSeconds(60), Duration.ZERO);

  /** Checks the times. */
  public Timeouts {
    notNegative("connect", connect);
    notNegative("idle", idle);
    notNegative("flow", flow);
    notNegative("drain", drain);
    if (connect.isZero() || flow.isZero()) {
      throw new IllegalArgumentException("the times to connect and of a flow are longer than zero");
    }
  }

  private static void notNegative(String name, Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("the time '" + name + "' is negative: " + time);
    }
  }
}
