package io.lighter.proxy.relay;

import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What services may ask for and the relay does not do. Such a table is refused as a whole: a part
 * of a behaviour that is silently left out would be found out by its clients.
 */
final class Demands {
  private Demands() {}

  /** Throws IllegalArgumentException that names the service and what it asks for. */
  static void check(ServiceTable table) {
    Map<InetSocketAddress, Map<String, Service>> claims = new HashMap<>();
    for (Service service : table.services()) {
      check(service);
      check(claims, service);
    }
  }

  private static void check(Service service) {
    Behaviour behaviour = service.behaviour();
    if (service.transport() == Transport.UDP) {
      throw refused(service, "UDP");
    }
    if (behaviour.check() != null) {
      throw refused(service, "active health checks (check)");
    }
    if (behaviour.turbo()) {
      throw refused(service, "connections that skip TCP (turbo)");
    }
    if (behaviour.transparent()) {
      throw refused(service, "the clients' addresses as source (transparent)");
    }
  }

  /** Checks what services of one address must agree about. */
  private static void check(Map<InetSocketAddress, Map<String, Service>> claims, Service service) {
    for (Frontend frontend : service.frontends()) {
      Map<String, Service> others =
          claims.computeIfAbsent(frontend.address(), a -> new HashMap<>());
      for (Service other : others.values()) {
        if (other.behaviour().headers().receive() != service.behaviour().headers().receive()) {
          throw new IllegalArgumentException(
              "services %s and %s are both at %s, and only one of them expects PROXY headers"
                  .formatted(other.name(), service.name(), frontend.address()));
        }
      }
      if (frontend.serverNames().isEmpty()) {
        others.put("", service);
      }
      for (String name : frontend.serverNames()) {
        Service other = others.put(name.toLowerCase(Locale.ROOT), service);
        if (other != null && !other.equals(service)) {
          throw new IllegalArgumentException(
              "services %s and %s are both at %s for %s"
                  .formatted(other.name(), service.name(), frontend.address(), name));
        }
      }
    }
  }

  private static IllegalArgumentException refused(Service service, String what) {
    return new IllegalArgumentException(
        "service " + service.name() + " asks for " + what + ", which the relay does not do");
  }
}
