package io.lighter.proxy.service;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * Where connections of a service go.
 *
 * @param address an {@link InetSocketAddress}, resolved, with a port from 1, or for TCP a {@link
 *     UnixDomainSocketAddress} with an absolute path
 * @param weight how many connections it gets for one of an endpoint of weight 1, 0 to 65535; 0
 *     stands for none but those of its clients by affinity
 * @param draining gets no new connection; what it has goes on until it ends
 */
public record Endpoint(SocketAddress address, int weight, boolean draining) {
  /** The most that a weight can be. */
  public static final int MAX_WEIGHT = 65_535;

  /** Checks that it can be used. */
  public Endpoint {
    if (weight < 0 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException(
          "the weight of " + address + " is " + weight + ": it goes from 0 to " + MAX_WEIGHT);
    }
    switch (address) {
      case InetSocketAddress inet when inet.isUnresolved() || inet.getPort() == 0 ->
          throw new IllegalArgumentException(
              "an endpoint needs an IP address and a port from 1 to 65535, not " + inet);
      case UnixDomainSocketAddress unix when !unix.getPath().isAbsolute() ->
          throw new IllegalArgumentException(
              "an endpoint needs an absolute path, not " + unix.getPath());
      case InetSocketAddress inet -> {}
      case UnixDomainSocketAddress unix -> {}
      default -> throw new IllegalArgumentException("not an address of an endpoint: " + address);
    }
  }

  /** One of weight 1 that takes connections. */
  public Endpoint(SocketAddress address) {
    this(address, 1, false);
  }

  /** Returns whether it takes connections of new clients. */
  public boolean takesNew() {
    return !draining && weight > 0;
  }
}
