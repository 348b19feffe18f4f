package io.lighter.proxy.relay;

import io.lighter.linux.Sockaddr;
import io.lighter.proxy.service.Ejection;
import io.lighter.proxy.service.Endpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * An endpoint of a service and how it fares, for all loops. It stays the same one when its weight
 * changes, and as long as it has connections.
 */
final class Backend {
  private final SocketAddress address;
  private final Sockaddr encoded;
  private final String printed;
  private final boolean loopback;
  final int id;
  private volatile Endpoint endpoint;
  private volatile boolean ejected;
  private volatile long ejectedUntil;
  private final AtomicInteger failuresInARow = new AtomicInteger();
  private volatile int drains;

  final AtomicInteger connections = new AtomicInteger();
  final LongAdder total = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder ejections = new LongAdder();
  final ByteCount bytes = new ByteCount();

  /**
   * Makes one that has had no connection.
   *
   * @param id of it alone within its service, from 0
   */
  Backend(Endpoint endpoint, int id) {
    this.endpoint = endpoint;
    this.address = endpoint.address();
    this.encoded = Sockaddr.of(address);
    this.printed = ServedService.printed(print(address));
    this.loopback =
        address instanceof InetSocketAddress inet && inet.getAddress().isLoopbackAddress();
    this.id = id;
  }

  private static String print(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
        : address.toString();
  }

  SocketAddress address() {
    return address;
  }

  /** Returns the address as it is printed, without spaces. */
  String printedAddress() {
    return printed;
  }

  boolean isOnLoopback() {
    return loopback;
  }

  Sockaddr encoded() {
    return encoded;
  }

  /** Returns the port that a connection of this machine to itself would have at both ends, or 0. */
  int portThatMayMeetItself() {
    return loopback && address instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  void setEndpoint(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** Returns whether it works, as far as is known, whatever its weight. */
  boolean isUsable(long now) {
    return !endpoint.draining() && !isEjected(now);
  }

  /** Returns whether it may get connections of new clients. */
  boolean takesNew(long now) {
    return endpoint.takesNew() && isUsable(now);
  }

  boolean isEjected(long now) {
    return ejected && ejectedUntil - now > 0;
  }

  void noteSuccess() {
    if (failuresInARow.get() != 0) {
      failuresInARow.set(0);
    }
  }

  /**
   * Notes that it did not accept.
   *
   * @param last there is no other, so it is not ejected
   */
  void noteFailure(Ejection ejection, boolean last, long now) {
    failures.increment();
    int inARow = failuresInARow.incrementAndGet();
    if (ejection.failures() > 0 && inARow >= ejection.failures() && !last && !isEjected(now)) {
      failuresInARow.set(0);
      ejectedUntil = now + ejection.time().toNanos();
      ejected = true;
      ejections.increment();
    }
  }

  RelayStatistics.OfEndpoint statistics(long now) {
    return new RelayStatistics.OfEndpoint(
        address,
        connections.get(),
        total.sum(),
        failures.sum(),
        ejections.sum(),
        isEjected(now),
        bytes.to(),
        bytes.from());
  }

  /**
   * Begins to drain it, or stops that; returns the number of the drain, of which the last counts.
   */
  synchronized int nextDrain() {
    return ++drains;
  }

  boolean isLastDrain(int drain) {
    return drains == drain;
  }
}
