package io.lighter.proxy.relay;

import java.util.Locale;

/** How a connection of a client ended. */
public enum Ending {
  /** Both sides had sent all they had. */
  DONE,
  /** The client reset it, or the network did on its side. */
  CLIENT_RESET,
  /** The endpoint reset it, or the network did on its side. */
  ENDPOINT_RESET,
  /** No byte flowed for the idle time-out. */
  IDLE,
  /** The drain time-out of its endpoint was up. */
  DRAINED,
  /** The relay was closed. */
  CLOSED,
  /** Refused: the client is outside the service's source ranges. */
  SOURCE,
  /** Refused: the service has as many connections as it may have. */
  CONNECTION_LIMIT,
  /** Refused: the service gets connections too fast. */
  RATE_LIMIT,
  /** Refused: no endpoint takes connections. */
  NO_ENDPOINT,
  /** Refused: the endpoints that were tried did not accept. */
  UNREACHABLE,
  /** Refused: descriptors, ports or memory of this machine have run out. */
  RESOURCES,
  /** Refused: it did not begin with a PROXY header, or not in time. */
  HEADER,
  /** Refused: it did not begin with a ClientHello of a name that is served, or not in time. */
  SERVER_NAME;

  private final String printed = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** Returns whether no endpoint ever had the connection. */
  public boolean isRefusal() {
    return compareTo(SOURCE) >= 0;
  }

  /** Returns the name in logs and metrics, such as {@code client-reset}. */
  @Override
  public String toString() {
    return printed;
  }
}
