package io.lighter.proxy.service;

import java.net.InetSocketAddress;
import java.util.Set;

/**
 * An address where clients of a service come.
 *
 * <p>Several services may have one TCP address if the names of their TLS servers tell them apart:
 * the ClientHello of a connection then decides, and TLS itself passes through untouched.
 *
 * @param address resolved, with a port from 1; the wildcard address stands for all of the machine
 * @param serverNames for which the service is meant: {@code example.org}, or {@code *.example.org}
 *     for all names one level below; empty for every connection that no other name claims
 */
public record Frontend(Transport transport, InetSocketAddress address, Set<String> serverNames) {
  /** Checks that the address can be used. */
  public Frontend {
    if (address.isUnresolved() || address.getPort() == 0) {
      throw new IllegalArgumentException(
          "a frontend needs an IP address and a port from 1 to 65535, not " + address);
    }
    if (transport == Transport.UDP && !serverNames.isEmpty()) {
      throw new IllegalArgumentException(
          "the server names of " + address + " are for TCP: datagrams are not looked into");
    }
    serverNames = Set.copyOf(serverNames);
  }

  /** An address that is the service's alone. */
  public Frontend(Transport transport, InetSocketAddress address) {
    this(transport, address, Set.of());
  }
}
