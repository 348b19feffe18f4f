package io.lighter.proxy.relay;

import io.lighter.linux.Linux;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServicePlaces;
import io.lighter.proxy.service.Transport;
import java.util.List;

/**
 * What services may ask for and the relay does not do. Such changes are refused as a whole: a part
 * of a behaviour that is silently left out would be found out by its clients.
 */
final class Demands {
  private Demands() {}

  /** Throws IllegalArgumentException that names the service and what it asks for. */
  static void check(Linux linux, ServicePlaces.Preview preview) {
    preview.changes().put().forEach(service -> check(linux, service));
    preview.tenants().forEach(Demands::check);
  }

  private static void check(Linux linux, Service service) {
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
      String obstacle = ClientSource.obstacle(linux, service);
      if (obstacle != null) {
        throw new IllegalArgumentException(
            "service %s asks for the clients' addresses as source (transparent), %s"
                .formatted(service.name(), obstacle));
      }
    }
  }

  /** Checks what services of one address must agree about. */
  private static void check(ServicePlaces.Place place, List<Service> there) {
    for (Service other : there) {
      Service first = there.getFirst();
      if (other.behaviour().headers().receive() != first.behaviour().headers().receive()) {
        throw new IllegalArgumentException(
            "services %s and %s are both at %s, and only one of them expects PROXY headers"
                .formatted(first.name(), other.name(), place.address()));
      }
    }
  }

  private static IllegalArgumentException refused(Service service, String what) {
    return new IllegalArgumentException(
        "service " + service.name() + " asks for " + what + ", which the relay does not do");
  }
}
