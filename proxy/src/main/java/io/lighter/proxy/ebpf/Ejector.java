package io.lighter.proxy.ebpf;

import io.lighter.proxy.service.Service;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Writes services without the endpoints that are not healthy, or ejected, and with them again when
 * that is over. Not thread-safe.
 */
final class Ejector {
  /** How long nobody looks for ejections that are over, at most. */
  private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);

  private final Ledger ledger;
  private final Tables tables;
  private final Ejections ejections = new Ejections();

  /** Endpoints that get nothing. */
  private final Map<String, Set<SocketAddress>> unhealthy = new HashMap<>();

  Ejector(Ledger ledger, Tables tables) {
    this.ledger = ledger;
    this.tables = tables;
  }

  /** Serves a service as {@link Ledger#put} does, without those of its endpoints. */
  void put(Service service) {
    ejections.retain(service);
    write(service, ejections.of(service.name()));
  }

  private void write(Service service, Set<SocketAddress> ejected) {
    ledger.put(service, unhealthy(service), ejected);
  }

  private Set<SocketAddress> unhealthy(Service service) {
    return unhealthy.getOrDefault(service.name(), Set.of());
  }

  /** Says whether an endpoint of a service that is served is healthy. */
  void setHealthy(Service service, SocketAddress endpoint, boolean healthy) {
    Set<SocketAddress> sick = unhealthy.computeIfAbsent(service.name(), n -> new HashSet<>());
    if (healthy ? sick.remove(endpoint) : sick.add(endpoint)) {
      write(service, ejections.of(service.name()));
    }
  }

  /** A service is there no longer. */
  void forget(String name) {
    unhealthy.remove(name);
    ejections.forget(name);
  }

  /**
   * Ejects an endpoint that was said to fail.
   *
   * @param id the number of its service
   * @param index its own
   */
  void failing(int id, int index) {
    Balanced balanced = ledger.get(id);
    Service service = balanced == null ? null : balanced.service();
    InetSocketAddress endpoint = balanced == null ? null : balanced.endpointAt(index);
    // What was said may be of long ago, or not be the first of it.
    if (service == null
        || endpoint == null
        || !tables.isFailing(index)
        || !ejections.eject(service, endpoint, unhealthy(service), System.nanoTime())) {
      return;
    }
    boolean done = false;
    try {
      write(service, ejections.of(service.name()));
      tables.endRow(index);
      done = true;
    } finally {
      if (!done) {
        ejections.end(new Ejections.Place(service.name(), endpoint));
      }
    }
  }

  /**
   * Lets endpoints have connections again whose ejection is over.
   *
   * @return in how many milliseconds to look again; -1 when none is ejected
   */
  int takeBack() {
    for (Ejections.Place place : ejections.over(System.nanoTime())) {
      takeBack(place);
    }
    OptionalLong next = ejections.untilNext(System.nanoTime());
    if (next.isEmpty()) {
      return -1;
    }
    // Later rather than a moment too early.
    return (int) TimeUnit.NANOSECONDS.toMillis(Math.min(LONGEST, next.getAsLong())) + 1;
  }

  private void takeBack(Ejections.Place place) {
    Balanced balanced = ledger.get(place.service());
    Service service = balanced == null ? null : balanced.service();
    Integer index = balanced == null ? null : balanced.endpoints().get(place.endpoint());
    if (service != null && index != null) {
      // Connects that were under way when it was ejected do not count.
      tables.endRow(index);
      Set<SocketAddress> left = new HashSet<>(ejections.of(place.service()));
      left.remove(place.endpoint());
      write(service, left);
    }
    ejections.end(place);
  }

  /** Returns how clients have fared with an endpoint of a service. */
  ConnectFailures failures(String name, SocketAddress endpoint) {
    Balanced balanced = ledger.get(name);
    if (balanced == null || !(endpoint instanceof InetSocketAddress inet)) {
      return ConnectFailures.NONE;
    }
    Integer index = balanced.endpoints().get(inet);
    return index == null
        ? ConnectFailures.NONE
        : new ConnectFailures(
            tables.failures(index), ejections.count(name, inet), ejections.of(name).contains(inet));
  }
}
