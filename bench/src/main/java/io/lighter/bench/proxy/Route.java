package io.lighter.bench.proxy;

import java.util.List;

/**
 * A way through a balancer.
 *
 * @param name of the service, a word
 * @param address where the balancer listens
 * @param port the same
 * @param backs where it leads to, {@code ADDRESS:PORT}
 * @param checked whether the balancer looks, five times a second, which of these are there
 */
record Route(String name, String address, int port, List<String> backs, boolean checked) {
  /** Round trips. */
  static final String ECHO = "echo";

  /** Bulk. */
  static final String SINK = "sink";

  /** Slow readers. */
  static final String SOURCE = "source";

  /** Idle connections: several addresses of the server, as one has not enough ports for all. */
  static final String IDLE = "idle";

  /** Two servers, the second of which comes and goes. */
  static final String PAIR = "pair";

  Route {
    backs = List.copyOf(backs);
  }

  /** The same without its last endpoint. */
  Route withoutLast() {
    return new Route(name, address, port, backs.subList(0, backs.size() - 1), checked);
  }

  /** Where clients connect, {@code ADDRESS:PORT}. */
  String front() {
    return address + ":" + port;
  }
}
