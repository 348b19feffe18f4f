package io.lighter.proxy.ebpf;

import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Service;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which endpoints get no connections for a while, since they have not accepted those that they got.
 * Times are those of {@link System#nanoTime}. Not thread-safe.
 */
final class Ejections {
  /** An endpoint of a service. */
  record Place(String service, InetSocketAddress endpoint) {}

  private final Map<Place, Long> until = new HashMap<>();

  /** How often each was, as long as its service has it. */
  private final Map<String, Map<InetSocketAddress, Long>> counts = new HashMap<>();

  /**
   * Ejects an endpoint, unless it gets no connections anyway, or is the last of its IP family that
   * does: a bad endpoint is better than none.
   *
   * @param unhealthy endpoints of the service that get none
   * @return whether it did
   */
  boolean eject(
      Service service, InetSocketAddress endpoint, Set<SocketAddress> unhealthy, long now) {
    Set<SocketAddress> out = new HashSet<>(unhealthy);
    out.addAll(of(service.name()));
    List<Endpoint> takers =
        service.endpoints().stream()
            .filter(other -> other.takesNew() && !out.contains(other.address()))
            .filter(other -> isIpv4(other.address()) == isIpv4(endpoint))
            .toList();
    boolean takes = takers.stream().anyMatch(taker -> taker.address().equals(endpoint));
    if (service.behaviour().ejection().failures() == 0 || !takes || takers.size() == 1) {
      return false;
    }
    until.put(
        new Place(service.name(), endpoint), now + service.behaviour().ejection().time().toNanos());
    counts.computeIfAbsent(service.name(), s -> new HashMap<>()).merge(endpoint, 1L, Long::sum);
    return true;
  }

  static boolean isIpv4(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet4Address;
  }

  /** Returns those whose time is over; they are ejected until {@link #end}. */
  List<Place> over(long now) {
    return until.entrySet().stream()
        .filter(ejected -> ejected.getValue() - now <= 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** An endpoint is ejected no longer. */
  void end(Place place) {
    until.remove(place);
  }

  /** Returns how many nanoseconds it is until one is over; none when there is none. */
  OptionalLong untilNext(long now) {
    return until.values().stream().mapToLong(end -> Math.max(0, end - now)).min();
  }

  /** Returns the endpoints of a service that are ejected. */
  Set<SocketAddress> of(String service) {
    if (until.isEmpty()) {
      return Set.of();
    }
    return until.keySet().stream()
        .filter(place -> place.service.equals(service))
        .map(Place::endpoint)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Returns how often an endpoint was ejected. */
  long count(String service, InetSocketAddress endpoint) {
    return counts.getOrDefault(service, Map.of()).getOrDefault(endpoint, 0L);
  }

  /** Forgets the endpoints that a service has no longer, and all when it ejects none. */
  void retain(Service service) {
    Map<InetSocketAddress, Long> ofService = counts.get(service.name());
    if (ofService == null) {
      return;
    }
    Set<SocketAddress> wanted =
        service.endpoints().stream().map(Endpoint::address).collect(Collectors.toSet());
    boolean never = service.behaviour().ejection().failures() == 0;
    until
        .keySet()
        .removeIf(
            place ->
                place.service.equals(service.name())
                    && (never || !wanted.contains(place.endpoint)));
    ofService.keySet().removeIf(endpoint -> !wanted.contains(endpoint));
  }

  /** Forgets a service. */
  void forget(String service) {
    if (counts.remove(service) != null) {
      until.keySet().removeIf(place -> place.service.equals(service));
    }
  }
}
