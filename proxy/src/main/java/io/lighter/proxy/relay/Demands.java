package io.lighter.proxy.relay;

import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.ProxyHeaders;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;

/**
 * What services may ask for and the relay does not do. Such a table is refused as a whole: a part
 * of a behaviour that is silently left out would be found out by its clients.
 */
final class Demands {
  private Demands() {}

  /** Throws IllegalArgumentException that names the service and what it asks for. */
  static void check(ServiceTable table) {
    for (Service service : table.services()) {
      check(service);
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
    if (behaviour.transparent()) {
      throw refused(service, "the clients' addresses as source (transparent)");
    }
    if (behaviour.headers().receive() || behaviour.headers().send() != ProxyHeaders.Version.NONE) {
      throw refused(service, "PROXY headers (headers)");
    }
    for (Frontend frontend : service.frontends()) {
      if (!frontend.serverNames().isEmpty()) {
        throw refused(service, "names of TLS servers (serverNames)");
      }
    }
  }

  private static IllegalArgumentException refused(Service service, String what) {
    return new IllegalArgumentException(
        "service " + service.name() + " asks for " + what + ", which the relay does not do");
  }
}
