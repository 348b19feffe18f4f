package io.lighter.proxy.relay;

import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An address where clients come, and whose they are. The loops read it while it changes. */
final class Place {
  /**
   * The services of an address.
   *
   * @param any of whoever says no name that another claims; null for none
   * @param byName by names of servers in lower case; {@code .example.org} stands for all names one
   *     level below
   * @param withHeader whether connections begin with a PROXY header
   */
  record Claims(
      @Nullable ServedService any, Map<String, ServedService> byName, boolean withHeader) {
    /** Returns the service of a name in lower case. */
    @Nullable ServedService of(String name) {
      ServedService exact = byName.get(name);
      if (exact != null) {
        return exact;
      }
      int dot = name.indexOf('.');
      ServedService below = dot < 0 ? null : byName.get(name.substring(dot));
      return below != null ? below : any;
    }
  }

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
