package io.lighter.proxy.kube;

import io.lighter.proxy.service.AddressRange;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.LocalClients;
import io.lighter.proxy.service.NoEndpoint;
import io.lighter.proxy.service.Service;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What is made of a port of a service in one family: one service for all of its addresses, or
 * several where the policies or the clients of some addresses are others.
 */
final class Parts {
  /**
   * The addresses that are treated alike.
   *
   * @param suffix of its name
   * @param local by which policy
   * @param inside whether clients of this node may reach all endpoints all the same: they are in
   *     the cluster, so that externalTrafficPolicy does not bind them
   * @param restricted to the source ranges of the load balancer
   */
  private record Kind(String suffix, boolean local, boolean inside, boolean restricted) {}

  private final KubeService service;
  private final Target target;
  private final EndpointChoice endpoints;

  Parts(KubeService service, Target target, Collection<Slice> slices, ProxyNode node) {
    this.service = service;
    this.target = target;
    this.endpoints = new EndpointChoice(service, target, slices, node);
  }

  /**
   * Returns the services.
   *
   * @param ours tells the addresses that no other service has
   */
  List<Service> services(Predicate<Frontend> ours) {
    List<AddressRange> sources =
        service.sources().stream()
            .filter(range -> IpFamily.of(range.first()) == target.family())
            .toList();
    Map<Kind, List<Frontend>> kinds = new LinkedHashMap<>();
    target
        .frontends()
        .forEach(
            (frontend, role) -> {
              if (ours.test(frontend)) {
                kinds
                    .computeIfAbsent(kind(role, !sources.isEmpty()), k -> new ArrayList<>())
                    .add(frontend);
              }
            });
    List<Service> services = new ArrayList<>(kinds.size());
    kinds.forEach((kind, frontends) -> services.add(service(kind, frontends, sources)));
    return services;
  }

  private Kind kind(Target.Role role, boolean restricted) {
    boolean external = service.externalLocal();
    if (role == Target.Role.BALANCER && restricted) {
      return new Kind("/load-balancer", external, external, true);
    }
    return role == Target.Role.CLUSTER || !(external || service.internalLocal())
        ? new Kind("", service.internalLocal(), false, false)
        : new Kind("/external", external, external, false);
  }

  private Service service(Kind kind, List<Frontend> frontends, List<AddressRange> sources) {
    List<Endpoint> chosen = kind.local() ? endpoints.local() : endpoints.cluster();
    Behaviour behaviour = service.behaviour();
    if (kind.restricted()) {
      behaviour = behaviour.withSources(sources);
    }
    LocalClients local =
        kind.inside() ? new LocalClients(endpoints.cluster(), behaviour.noEndpoint()) : null;
    // A node without endpoints of its own keeps silent: another one may have them, and the load
    // balancer finds it out by the health check.
    if (kind.local() && chosen.stream().noneMatch(Endpoint::takesNew) && endpoints.isAnyUsable()) {
      behaviour = behaviour.with(NoEndpoint.DROP);
    }
    String name = service.nameOf(target.port()) + target.family().suffix() + kind.suffix();
    return new Service(name, frontends, chosen, behaviour, local);
  }
}
