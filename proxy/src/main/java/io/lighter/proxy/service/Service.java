package io.lighter.proxy.service;

import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What clients find at some addresses, and which endpoints do it.
 *
 * @param name unique among all services, not empty: {@code default/web:http}
 * @param frontends at least one, all of one transport
 * @param endpoints each address once; none is allowed, see {@link NoEndpoint}
 * @param localClients what the processes of this machine get; null for the same as all others
 */
public record Service(
    String name,
    List<Frontend> frontends,
    List<Endpoint> endpoints,
    Behaviour behaviour,
    @Nullable LocalClients localClients) {
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
    if (isAnyTwice(endpoints) || (localClients != null && isAnyTwice(localClients.endpoints()))) {
      throw new IllegalArgumentException("service " + name + " has an endpoint twice");
    }
  }

  /** One that is the same for all clients. */
  public Service(
      String name, List<Frontend> frontends, List<Endpoint> endpoints, Behaviour behaviour) {
    this(name, frontends, endpoints, behaviour, null);
  }

  private static boolean isAnyTwice(List<Endpoint> endpoints) {
    return endpoints.stream().map(Endpoint::address).distinct().count() != endpoints.size();
  }

  /** Returns the transport of all its frontends. */
  public Transport transport() {
    return frontends.getFirst().transport();
  }

  /** The same with other endpoints, for all clients. */
  public Service with(List<Endpoint> other) {
    return new Service(name, frontends, other, behaviour);
  }

  /** The same with what another behaviour says. */
  public Service with(Behaviour other) {
    return new Service(name, frontends, endpoints, other, localClients);
  }

  /** The same at other addresses. */
  public Service at(List<Frontend> other) {
    return new Service(name, other, endpoints, behaviour, localClients);
  }

  /** The same with something else in place of each endpoint. */
  public Service each(UnaryOperator<Endpoint> change) {
    LocalClients local =
        localClients == null
            ? null
            : new LocalClients(
                localClients.endpoints().stream().map(change).toList(), localClients.noEndpoint());
    return new Service(name, frontends, endpoints.stream().map(change).toList(), behaviour, local);
  }

  /** Returns the service as the processes of this machine see it. */
  public Service forLocalClients() {
    return localClients == null
        ? this
        : new Service(
            name, frontends, localClients.endpoints(), behaviour.with(localClients.noEndpoint()));
  }
}
