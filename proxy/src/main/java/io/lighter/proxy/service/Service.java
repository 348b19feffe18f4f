package io.lighter.proxy.service;

import java.net.UnixDomainSocketAddress;
import java.util.List;

/**
 * What clients find at some addresses, and which endpoints do it.
 *
 * @param name unique among all services, not empty: {@code default/web:http}
 * @param frontends at least one, all of one transport
 * @param endpoints each address once; none is allowed, see {@link NoEndpoint}
 */
public record Service(
    String name, List<Frontend> frontends, List<Endpoint> endpoints, Behaviour behaviour) {
  /** Checks what belongs together. */
  public Service {
    frontends = List.copyOf(frontends);
    endpoints = List.copyOf(endpoints);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a service needs a name");
    }
    if (frontends.isEmpty()
        || frontends.stream().map(Frontend::transport).distinct().count() != 1) {
      throw new IllegalArgumentException(
          "service " + name + " needs frontends, all of them TCP or all of them UDP");
    }
    if (frontends.getFirst().transport() == Transport.UDP
        && endpoints.stream().anyMatch(e -> e.address() instanceof UnixDomainSocketAddress)) {
      throw new IllegalArgumentException(
          "service " + name + " is UDP, and an endpoint of it is a Unix socket");
    }
    if (endpoints.stream().map(Endpoint::address).distinct().count() != endpoints.size()) {
      throw new IllegalArgumentException("service " + name + " has an endpoint twice");
    }
  }

  /** Returns the transport of all its frontends. */
  public Transport transport() {
    return frontends.getFirst().transport();
  }

  /** The same with other endpoints. */
  public Service with(List<Endpoint> other) {
    return new Service(name, frontends, other, behaviour);
  }
}
