package io.lighter.proxy.udp;

import io.lighter.proxy.service.Limits;

/** How many new flows a service takes in a second: a bucket of tokens. Thread-safe. */
final class RateLimit {
  private static final double NANOS_PER_SECOND = 1e9;

  private final double perNano;
  private final double burst;
  private double tokens;
  private long last;

  RateLimit(Limits limits, long now) {
    this.perNano = limits.rate() / NANOS_PER_SECOND;
    this.burst = limits.burst();
    this.tokens = burst;
    this.last = now;
  }

  /** Returns whether there is one more. */
  synchronized boolean take(long now) {
    if (burst == 0) {
      return true;
    }
    tokens = Math.min(burst, tokens + (now - last) * perNano);
    last = now;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
