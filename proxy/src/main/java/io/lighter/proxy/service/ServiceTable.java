package io.lighter.proxy.service;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All services of a balancer, by name, in their order. Immutable. */
public final class ServiceTable {
  /** No services. */
  public static final ServiceTable EMPTY = new ServiceTable(List.of());

  private final Map<String, Service> services = new LinkedHashMap<>();

  /**
   * Checks that no two of them are in each other's way.
   *
   * @throws IllegalArgumentException when two have one name, or one address without server names
   *     that tell them apart
   */
  public ServiceTable(List<Service> services) {
    new ServicePlaces().preview(new ServiceChanges(services, List.of()));
    services.forEach(service -> this.services.put(service.name(), service));
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
