package io.lighter.proxy.service;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What makes other services of those that a balancer has. They hold as a whole: an address may go
 * from one service to another by them.
 *
 * @param put services that are new, or that take the place of those of their names; one that is as
 *     it was does no harm
 * @param removed names of services that are no longer there; none of them is put
 */
public record ServiceChanges(List<Service> put, List<String> removed) {
  /** Nothing changes. */
  public static final ServiceChanges NONE = new ServiceChanges(List.of(), List.of());

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException when a name is there twice
   */
  public ServiceChanges {
    put = List.copyOf(put);
    removed = List.copyOf(removed);
    Set<String> names = new HashSet<>();
    for (Service service : put) {
      if (!names.add(service.name())) {
        throw new IllegalArgumentException("there are two services " + service.name());
      }
    }
    for (String name : removed) {
      if (!names.add(name)) {
        throw new IllegalArgumentException("service " + name + " is to be put and removed");
      }
    }
  }

  /** One service is new, or another than it was. */
  public static ServiceChanges put(Service service) {
    return new ServiceChanges(List.of(service), List.of());
  }

  /**
   * Returns what makes a table of the services that there are.
   *
   * @param present their names
   */
  public static ServiceChanges to(ServiceTable table, Collection<String> present) {
    List<String> removed = new ArrayList<>();
    for (String name : present) {
      if (!table.byName().containsKey(name)) {
        removed.add(name);
      }
    }
    return new ServiceChanges(table.services(), removed);
  }

  /**
   * Returns the same without services that are as they were.
   *
   * @param present those that there are, by their names
   */
  public ServiceChanges from(Map<String, Service> present) {
    return new ServiceChanges(
        put.stream().filter(service -> !service.equals(present.get(service.name()))).toList(),
        removed);
  }

  /** Returns whether nothing is put and nothing removed. */
  public boolean isEmpty() {
    return put.isEmpty() && removed.isEmpty();
  }
}
