package io.lighter.proxy.relay;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** An address where clients come, and whose they are. The loops read it while it changes. */
final class Place {
  /**
   * The services of an address.
   *
   * @param any of whoever says no name that another claims; null for none
   * @param names of TLS servers
   * @param withHeader whether connections begin with a PROXY header
   */
  record Claims(@Nullable ServedService any, NameTable names, boolean withHeader) {}

  private final InetSocketAddress address;
  private volatile Claims claims;

  Place(InetSocketAddress address, Claims claims) {
    this.address = address;
    this.claims = claims;
  }

  InetSocketAddress address() {
    return address;
  }

  Claims claims() {
    return claims;
  }

  void setClaims(Claims claims) {
    this.claims = claims;
  }
}
