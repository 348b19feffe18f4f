package io.lighter.proxy.service;

/** What happens to a client when no endpoint takes it. */
public enum NoEndpoint {
  /** It is told: a reset, or ICMP port unreachable. */
  REJECT,
  /** It hears nothing. */
  DROP
}
