package io.lighter.proxy.udp;

import io.lighter.linux.Connections;
import io.lighter.linux.Fd;
import io.lighter.linux.Sockaddr;
import io.lighter.proxy.relay.ClientSource;
import io.lighter.proxy.service.Ejection;
import io.lighter.proxy.service.Endpoint;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** An endpoint of one service, as long as it stays in it, whatever else changes. Thread-safe. */
final class UdpEndpoint {
  private static final long NOT_EJECTED = Long.MIN_VALUE;

  private final Sockaddr address;
  private final boolean loopback;
  private final AtomicInteger flows = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private volatile Endpoint config;
  private volatile long ejectedUntil = NOT_EJECTED;
  private volatile long drainingSince;
  private volatile boolean removed;

  UdpEndpoint(Endpoint config) {
    this.config = config;
    this.address = Sockaddr.of(config.address());
    this.loopback =
        config.address() instanceof InetSocketAddress inet && inet.getAddress().isLoopbackAddress();
  }

  Sockaddr address() {
    return address;
  }

  /** Lets a socket towards it have the client's address; returns 0 or an error. */
  int giveSource(Connections connections, Fd socket, long high, long low) {
    return ClientSource.give(connections, socket, address.family(), loopback, high, low);
  }

  Endpoint config() {
    return config;
  }

  /** Its weight has changed, or whether it drains. */
  void configure(Endpoint changed, long now) {
    if (changed.draining() && (!config.draining() || flows.get() == 0)) {
      drainingSince = now;
    }
    config = changed;
  }

  /** It is no endpoint of the service any more: its flows end. */
  void remove() {
    removed = true;
  }

  /**
   * Returns whether its flows are to end.
   *
   * @param drain how long they may go on while it drains, in nanoseconds; 0 for ever
   */
  boolean isOver(long drain, long now) {
    return removed || (drain > 0 && config.draining() && now - drainingSince > drain);
  }

  AtomicInteger flows() {
    return flows;
  }

  boolean isEjected(long now) {
    long until = ejectedUntil;
    return until != NOT_EJECTED && until - now > 0;
  }

  /** It has answered. */
  void works() {
    if (failures.get() != 0) {
      failures.set(0);
    }
  }

  /** A datagram has found nobody there; enough of these in a row eject it. */
  void failed(Ejection ejection, long now) {
    if (ejection.failures() > 0 && failures.incrementAndGet() >= ejection.failures()) {
      failures.set(0);
      ejectedUntil = now + ejection.time().toNanos();
    }
  }
}
