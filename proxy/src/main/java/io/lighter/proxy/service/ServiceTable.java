package io.lighter.proxy.service;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All services of a balancer, by name, in their order. Immutable. */
public final class ServiceTable {
  /** No services. */
  public static final ServiceTable EMPTY = new ServiceTable(List.of());

  private record Place(Transport transport, InetSocketAddress address) {}

  private final Map<String, Service> services = new LinkedHashMap<>();

  /**
   * Checks that no two of them are in each other's way.
   *
   * @throws IllegalArgumentException when two have one name, or one address without server names
   *     that tell them apart
   */
  public ServiceTable(List<Service> services) {
    Map<Place, Map<String, String>> claims = new HashMap<>();
    for (Service service : services) {
      if (this.services.put(service.name(), service) != null) {
        throw new IllegalArgumentException("there are two services " + service.name());
      }
      for (Frontend frontend : service.frontends()) {
        claim(claims, service, frontend);
      }
    }
  }

  private static void claim(
      Map<Place, Map<String, String>> claims, Service service, Frontend frontend) {
    Place place = new Place(frontend.transport(), frontend.address());
    Map<String, String> owners = claims.computeIfAbsent(place, p -> new HashMap<>());
    Set<String> names = frontend.serverNames().isEmpty() ? Set.of("") : frontend.serverNames();
    for (String name : names) {
      String other = owners.put(name, service.name());
      if (other != null) {
        throw new IllegalArgumentException(
            "services %s and %s are both at %s %s%s"
                .formatted(
                    other,
                    service.name(),
                    frontend.transport(),
                    frontend.address(),
                    name.isEmpty() ? "" : " for " + name));
      }
    }
  }

  /** Returns them in their order. */
  public List<Service> services() {
    return List.copyOf(services.values());
  }

  /** Returns them by their names, in their order; not to be changed. */
  public Map<String, Service> byName() {
    return Collections.unmodifiableMap(services);
  }
}
