package io.lighter.proxy.service;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Services as they change, and which of them are at which address. A change costs as much as it
 * touches, however many services there are. Not thread-safe.
 */
public final class ServicePlaces {
  /** An address where clients come, by a transport. */
  public record Place(Transport transport, InetSocketAddress address) {}

  /**
   * What changes would do, before they are done.
   *
   * @param changes as they were asked for
   * @param tenants for each place that is touched, all services that will be there; empty when
   *     nobody will
   */
  public record Preview(ServiceChanges changes, Map<Place, List<Service>> tenants) {
    /** Returns all services at the places that are touched, those that are put among them. */
    public Collection<Service> touched() {
      Set<Service> all = new LinkedHashSet<>(changes.put());
      tenants.values().forEach(all::addAll);
      return all;
    }
  }

  private final Map<String, Service> services = new LinkedHashMap<>();
  private final Map<Place, List<Service>> tenants = new HashMap<>();

  /** Returns the services by their names, in the order in which the names came. A live view. */
  public Map<String, Service> byName() {
    return Collections.unmodifiableMap(services);
  }

  /** Returns the service of a name, null for none. */
  public @Nullable Service get(String name) {
    return services.get(name);
  }

  /**
   * Looks what changes would do.
   *
   * @throws IllegalArgumentException when two services would be at one address without server names
   *     that tell them apart
   */
  public Preview preview(ServiceChanges changes) {
    Map<Place, List<Service>> touched = new LinkedHashMap<>();
    for (String name : changes.removed()) {
      leave(services.get(name), touched);
    }
    for (Service service : changes.put()) {
      leave(services.get(service.name()), touched);
    }
    for (Service service : changes.put()) {
      for (Place place : placesOf(service)) {
        at(place, touched).add(service);
      }
    }
    touched.forEach(ServicePlaces::check);
    return new Preview(changes, touched);
  }

  private void leave(@Nullable Service service, Map<Place, List<Service>> touched) {
    if (service != null) {
      for (Place place : placesOf(service)) {
        at(place, touched).removeIf(other -> other.name().equals(service.name()));
      }
    }
  }

  private List<Service> at(Place place, Map<Place, List<Service>> touched) {
    return touched.computeIfAbsent(place, p -> new ArrayList<>(tenants.getOrDefault(p, List.of())));
  }

  private static Set<Place> placesOf(Service service) {
    Set<Place> places = new LinkedHashSet<>();
    for (Frontend frontend : service.frontends()) {
      places.add(new Place(frontend.transport(), frontend.address()));
    }
    return places;
  }

  private static void check(Place place, List<Service> there) {
    Map<String, String> owners = new HashMap<>();
    for (Service service : there) {
      for (Frontend frontend : service.frontends()) {
        if (frontend.address().equals(place.address)) {
          claim(owners, service, frontend);
        }
      }
    }
  }

  private static void claim(Map<String, String> owners, Service service, Frontend frontend) {
    Set<String> names = frontend.serverNames().isEmpty() ? Set.of("") : frontend.serverNames();
    for (String name : names) {
      String other = owners.put(name.toLowerCase(Locale.ROOT), service.name());
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

  /** Does what a preview told, which is the last that was made. */
  public void commit(Preview preview) {
    preview.changes.removed().forEach(services::remove);
    preview.changes.put().forEach(service -> services.put(service.name(), service));
    preview.tenants.forEach(
        (place, there) -> {
          if (there.isEmpty()) {
            tenants.remove(place);
          } else {
            tenants.put(place, List.copyOf(there));
          }
        });
  }
}
