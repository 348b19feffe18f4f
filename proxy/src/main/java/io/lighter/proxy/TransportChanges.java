package io.lighter.proxy;

import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.HealthCheck;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceChanges;
import io.lighter.proxy.service.Transport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Changes of services, each for who carries its transport. A service that is put for one of them is
 * removed from the other, should it have been there.
 *
 * @param connections of TCP; left out are checks, which the relay does not make, and turbo, which
 *     is not for connections that come to it
 * @param datagrams of UDP
 */
record TransportChanges(ServiceChanges connections, ServiceChanges datagrams) {
  /**
   * Divides changes.
   *
   * @param part what of a service is carried; empty for nothing
   */
  static TransportChanges of(
      Collection<Service> put, List<String> removed, Function<Service, Optional<Service>> part) {
    List<Service> connections = new ArrayList<>();
    List<Service> datagrams = new ArrayList<>();
    List<String> notConnections = new ArrayList<>(removed);
    List<String> notDatagrams = new ArrayList<>(removed);
    for (Service service : put) {
      Optional<Service> carried = part.apply(service);
      boolean isTcp = service.transport() == Transport.TCP;
      carried.ifPresent(s -> (isTcp ? connections : datagrams).add(isTcp ? forRelay(s) : s));
      if (carried.isEmpty() || !isTcp) {
        notConnections.add(service.name());
      }
      if (carried.isEmpty() || isTcp) {
        notDatagrams.add(service.name());
      }
    }
    return new TransportChanges(
        new ServiceChanges(connections, notConnections),
        new ServiceChanges(datagrams, notDatagrams));
  }

  private static Service forRelay(Service service) {
    Behaviour behaviour = service.behaviour();
    return behaviour.check() == null && !behaviour.turbo()
        ? service
        : service.with(behaviour.with((@Nullable HealthCheck) null).withTurbo(false));
  }
}
