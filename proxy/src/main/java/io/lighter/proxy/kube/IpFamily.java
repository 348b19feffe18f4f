package io.lighter.proxy.kube;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The two worlds that services and their endpoints never cross. */
enum IpFamily {
  IPV4("", 4),
  IPV6("/ipv6", 16);

  private final String suffix;
  private final InetAddress wildcard;

  IpFamily(String suffix, int length) {
    this.suffix = suffix;
    try {
      this.wildcard = InetAddress.getByAddress(new byte[length]);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 bytes", e);
    }
  }

  static IpFamily of(InetAddress address) {
    return address instanceof Inet4Address ? IPV4 : IPV6;
  }

  /** Returns what names of services of this family end with. */
  String suffix() {
    return suffix;
  }

  InetAddress wildcard() {
    return wildcard;
  }
}
