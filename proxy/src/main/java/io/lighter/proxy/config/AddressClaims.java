package io.lighter.proxy.config;

import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Transport;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Which line of the file has which address, so that no two are in each other's way. */
final class AddressClaims {
  private record Place(Transport transport, InetSocketAddress address, String serverName) {}

  /** A line of a service, and whether its clients begin with PROXY headers. */
  private record Listening(Field field, boolean receives) {}

  private final Map<Place, Field> claims = new HashMap<>();
  private final Map<InetSocketAddress, Listening> streams = new HashMap<>();

  /**
   * Claims an address.
   *
   * @param serverNames for which; empty for all that nobody else claims
   * @param receives whether its connections begin with PROXY headers, which come before names
   * @return whether it was free; if not, that is noted
   */
  boolean claim(Field field, Frontend frontend, Set<String> serverNames, boolean receives) {
    for (String name : serverNames.isEmpty() ? Set.of("") : serverNames) {
      Place place = new Place(frontend.transport(), frontend.address(), name);
      Field other = claims.putIfAbsent(place, field);
      if (other != null) {
        field.mistake(
            "this address%s is already that of %s in line %d"
                .formatted(name.isEmpty() ? "" : " with " + name, other.path(), other.line()));
        return false;
      }
    }
    if (frontend.transport() == Transport.TCP) {
      Listening first = streams.putIfAbsent(frontend.address(), new Listening(field, receives));
      if (first != null && first.receives() != receives) {
        field.mistake(
            "%s in line %d has the same address, and only one of them has proxyProtocol: {receive: true}"
                .formatted(first.field().path(), first.field().line()));
        return false;
      }
    }
    return true;
  }

  /** Sees to it that an address of the proxy itself is none of a service's. */
  void claimForProxy(Field field, InetSocketAddress address) {
    Listening service = streams.get(address);
    if (service != null) {
      field.mistake(
          "this address is that of %s in line %d"
              .formatted(service.field().path(), service.field().line()));
    }
  }
}
