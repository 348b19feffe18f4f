package io.lighter.proxy.ebpf;

import io.lighter.linux.BpfMap;
import io.lighter.linux.BpfMaps;
import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Transport;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes services into the maps so that a connection finds an endpoint at every moment.
 *
 * <p>A change goes: new endpoints, then slots that name them, then the target of each entry in one
 * step. The slots and endpoints of before keep their content for {@link Places#GRACE}. A new
 * frontend's entry is complete before its key leads to it. Frontends that come and go are written
 * by {@link #flush}; everything else is a store and no system call. Not thread-safe.
 */
final class Ledger {
  /** Hears of endpoints that get no new connections any more, or again. */
  interface Watcher {
    /** An endpoint of a service has gone, or is draining. */
    void left(Service service, int id, InetSocketAddress endpoint, boolean removed);

    /** An endpoint takes connections. */
    void joined(int id, InetSocketAddress endpoint);
  }

  private final Tables tables;
  private final BpfMaps calls;
  private final long namespace;
  private final Watcher watcher;
  private final Places entries;
  private final Places slots;
  private final Places endpoints;
  private final Map<String, Balanced> services = new HashMap<>();

  /** The same by their numbers. */
  private final Map<Integer, Balanced> byId = new HashMap<>();

  /** What each key leads to, or will after the next flush. */
  private final Map<FrontendKey, Integer> owners = new HashMap<>();

  private final Map<FrontendKey, Integer> inserts = new HashMap<>();
  private final Set<FrontendKey> deletes = new HashSet<>();
  private final List<Integer> freed = new ArrayList<>();

  /** What an earlier process left, by each of its keys, until somebody claims it. */
  private final Map<FrontendKey, Balanced> orphans = new HashMap<>();

  private int lastService;
  private int lastGeneration;

  /** What a change needs, taken before anything is written. */
  private record Plan(
      Map<InetSocketAddress, Integer> endpoints,
      Map<FrontendKey, Integer> entries,
      Balanced.Slots ipv4,
      Balanced.Slots ipv6) {}

  /**
   * Begins with what is in the maps, which is nothing when they are new.
   *
   * @param namespace the cookie of the node's own network namespace
   */
  Ledger(Tables tables, BpfMaps calls, long namespace, Watcher watcher) {
    this.tables = tables;
    this.calls = calls;
    this.namespace = namespace;
    this.watcher = watcher;
    this.entries = new Places("frontends", tables.size(Layout.ENTRIES));
    this.slots = new Places("slots", tables.size(Layout.SLOTS));
    this.endpoints = new Places("endpoints", tables.size(Layout.ENDPOINTS));
  }

  /** Takes over what an earlier process left in the maps. */
  void adopt() {
    Inheritance inheritance = Inheritance.read(tables, calls);
    lastService = inheritance.lastService();
    lastGeneration = inheritance.lastGeneration();
    for (Balanced orphan : inheritance.services()) {
      orphan
          .entries()
          .forEach(
              (key, entry) -> {
                orphans.put(key, orphan);
                owners.put(key, entry);
                entries.occupy(entry, 1);
              });
      orphan.endpoints().values().forEach(index -> endpoints.occupy(index, 1));
    }
    inheritance.ranges().forEach(range -> slots.occupy(range.first(), range.count()));
    inheritance.strayRanges().forEach(slots::release);
  }

  @Nullable Balanced get(String name) {
    return services.get(name);
  }

  /** Returns the service that has a number, null for none. */
  @Nullable Balanced get(int id) {
    return byId.get(id);
  }

  Set<String> names() {
    return Set.copyOf(services.keySet());
  }

  int size() {
    return services.size();
  }

  /**
   * Serves a service, as it was not or otherwise before.
   *
   * @param unhealthy endpoints that get nothing
   * @param ejected endpoints that get no new connections though they do not drain, if others of
   *     their IP family are left
   * @throws CapacityException when there is no room; then it is served as before
   */
  void put(Service service, Set<SocketAddress> unhealthy, Set<SocketAddress> ejected) {
    Balanced known = services.get(service.name());
    Balanced balanced = known != null ? known : claim(service);
    EntrySettings settings = EntrySettings.of(service, namespace);
    List<Endpoint> healthy = draining(service.endpoints(), unhealthy);
    List<Endpoint> effective = withoutEjected(healthy, ejected);
    Plan plan = plan(balanced, service, effective);
    services.put(service.name(), balanced);
    byId.put(balanced.id(), balanced);

    writeEndpoints(balanced, service, effective, plan);
    tellOfDraining(balanced, service, healthy, plan);
    SlotRange oldIpv4 = writeSlots(balanced, true, plan.ipv4);
    SlotRange oldIpv6 = writeSlots(balanced, false, plan.ipv6);
    writeEntries(balanced, service, settings, plan);
    slots.release(oldIpv4);
    slots.release(oldIpv6);
    removeEndpoints(balanced, service);
    balanced.serve(service, settings);
  }

  /** Takes what an earlier process served at one of its addresses, or begins a new one. */
  private Balanced claim(Service service) {
    for (Frontend frontend : service.frontends()) {
      Balanced orphan = orphans.get(FrontendKey.of(frontend));
      if (orphan != null) {
        orphan.entries().keySet().forEach(orphans::remove);
        return orphan;
      }
    }
    return new Balanced(++lastService);
  }

  private static List<Endpoint> draining(List<Endpoint> endpoints, Set<SocketAddress> which) {
    if (which.isEmpty()) {
      return endpoints;
    }
    return endpoints.stream()
        .map(
            endpoint ->
                which.contains(endpoint.address())
                    ? new Endpoint(endpoint.address(), endpoint.weight(), true)
                    : endpoint)
        .toList();
  }

  private static List<Endpoint> withoutEjected(
      List<Endpoint> endpoints, Set<SocketAddress> ejected) {
    if (ejected.isEmpty()) {
      return endpoints;
    }
    Set<SocketAddress> dispensable = new HashSet<>(ejected);
    for (boolean ipv4 : new boolean[] {true, false}) {
      List<Endpoint> family = endpoints.stream().filter(e -> isIpv4(e) == ipv4).toList();
      if (family.stream().noneMatch(e -> e.takesNew() && !ejected.contains(e.address()))) {
        family.forEach(e -> dispensable.remove(e.address()));
      }
    }
    return draining(endpoints, dispensable);
  }

  private Plan plan(Balanced balanced, Service service, List<Endpoint> effective) {
    Map<InetSocketAddress, Integer> newEndpoints = new HashMap<>();
    Map<FrontendKey, Integer> newEntries = new HashMap<>();
    List<SlotRange> newRanges = new ArrayList<>(2);
    boolean done = false;
    try {
      for (Endpoint endpoint : effective) {
        InetSocketAddress address = (InetSocketAddress) endpoint.address();
        if (!balanced.endpoints().containsKey(address)) {
          newEndpoints.put(address, endpoints.take());
        }
      }
      for (Frontend frontend : service.frontends()) {
        FrontendKey key = FrontendKey.of(frontend);
        if (!balanced.entries().containsKey(key)) {
          newEntries.put(key, entries.take());
        }
      }
      Balanced.Slots ipv4 = slots(balanced, service, effective, newEndpoints, true, newRanges);
      Balanced.Slots ipv6 = slots(balanced, service, effective, newEndpoints, false, newRanges);
      done = true;
      return new Plan(newEndpoints, newEntries, ipv4, ipv6);
    } finally {
      if (!done) {
        newEndpoints.values().forEach(endpoints::release);
        newEntries.values().forEach(entries::release);
        newRanges.forEach(slots::release);
      }
    }
  }

  /** Returns the slots that one family shall have: those that it has, when they are the same. */
  private Balanced.Slots slots(
      Balanced balanced,
      Service service,
      List<Endpoint> effective,
      Map<InetSocketAddress, Integer> newEndpoints,
      boolean ipv4,
      List<SlotRange> taken) {
    List<Endpoint> family = effective.stream().filter(e -> isIpv4(e) == ipv4).toList();
    Balancing balancing = service.behaviour().balancing();
    Balanced.Slots now = balanced.slots(ipv4);
    EntrySettings settings = balanced.settings();
    boolean table =
        balancing == Balancing.MAGLEV
            && settings != null
            && settings.balancing() == Layout.BALANCING_HASH;
    int[] order = SlotOrder.of(balancing, family, table ? now.size() : 0);
    for (int i = 0; i < order.length; i++) {
      InetSocketAddress address = (InetSocketAddress) family.get(order[i]).address();
      Integer known = balanced.endpoints().get(address);
      order[i] = known != null ? known : newEndpoints.getOrDefault(address, -1);
    }
    if (now.hasOrder(order)) {
      return now;
    }
    SlotRange range = order.length == 0 ? SlotRange.NONE : slots.take(order.length);
    taken.add(range);
    return new Balanced.Slots(range, order);
  }

  private static boolean isIpv4(Endpoint endpoint) {
    return ((InetSocketAddress) endpoint.address()).getAddress() instanceof Inet4Address;
  }

  private void writeEndpoints(
      Balanced balanced, Service service, List<Endpoint> effective, Plan plan) {
    plan.endpoints.forEach(
        (address, index) -> {
          Place place = Place.of(address.getAddress());
          lastGeneration++;
          tables.writeEndpoint(index, place, address.getPort(), balanced.id(), lastGeneration);
          tables.forgetFailures(index);
          balanced.endpoints().put(address, index);
        });
    boolean tcp = service.transport() == Transport.TCP;
    int limit = tcp ? service.behaviour().ejection().failures() : 0;
    for (Endpoint endpoint : effective) {
      InetSocketAddress address = (InetSocketAddress) endpoint.address();
      int index = balanced.endpoints().getOrDefault(address, -1);
      tables.setFailureLimit(index, limit);
      tables.setKeeps(index, !endpoint.draining());
    }
  }

  /** One that is ejected keeps its connections, however long they have when it drains. */
  private void tellOfDraining(
      Balanced balanced, Service service, List<Endpoint> healthy, Plan plan) {
    for (Endpoint endpoint : healthy) {
      InetSocketAddress address = (InetSocketAddress) endpoint.address();
      boolean fresh = plan.endpoints.containsKey(address);
      if (endpoint.draining()) {
        if (balanced.draining().add(address) && !fresh) {
          watcher.left(service, balanced.id(), address, false);
        }
      } else if (balanced.draining().remove(address) || fresh) {
        watcher.joined(balanced.id(), address);
      }
    }
  }

  private SlotRange writeSlots(Balanced balanced, boolean ipv4, Balanced.Slots wanted) {
    Balanced.Slots now = balanced.slots(ipv4);
    if (now == wanted) {
      return SlotRange.NONE;
    }
    for (int i = 0; i < wanted.size(); i++) {
      tables.writeSlot(wanted.range().first() + i, wanted.endpoint(i));
    }
    balanced.setSlots(ipv4, wanted);
    return now.range();
  }

  private void writeEntries(Balanced balanced, Service service, EntrySettings settings, Plan plan) {
    Set<FrontendKey> wanted = new HashSet<>();
    for (Frontend frontend : service.frontends()) {
      FrontendKey key = FrontendKey.of(frontend);
      wanted.add(key);
      SlotRange target = balanced.slots(key.place().isIpv4()).range();
      Integer fresh = plan.entries.get(key);
      if (fresh != null) {
        tables.writeEntry(fresh, key, balanced.id(), settings);
        tables.setCounter(fresh, 0);
        tables.setTarget(fresh, target);
        balanced.entries().put(key, fresh);
        owners.put(key, fresh);
        inserts.put(key, fresh);
        deletes.remove(key);
      } else {
        int entry = balanced.entries().getOrDefault(key, -1);
        if (!settings.equals(balanced.settings())) {
          tables.writeSettings(entry, settings);
        }
        tables.setTarget(entry, target);
      }
    }
    balanced
        .entries()
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !wanted.contains(entry.getKey());
              if (gone) {
                giveUp(entry.getKey(), entry.getValue());
              }
              return gone;
            });
  }

  private void giveUp(FrontendKey key, int entry) {
    freed.add(entry);
    // Another service may have it by now.
    if (owners.remove(key, entry)) {
      inserts.remove(key);
      deletes.add(key);
    }
  }

  private void removeEndpoints(Balanced balanced, Service service) {
    Set<SocketAddress> wanted = new HashSet<>();
    service.endpoints().forEach(endpoint -> wanted.add(endpoint.address()));
    balanced
        .endpoints()
        .entrySet()
        .removeIf(
            endpoint -> {
              boolean gone = !wanted.contains(endpoint.getKey());
              if (gone) {
                tables.setKeeps(endpoint.getValue(), false);
                endpoints.release(endpoint.getValue());
                balanced.draining().remove(endpoint.getKey());
                watcher.left(service, balanced.id(), endpoint.getKey(), true);
              }
              return gone;
            });
  }

  /** Serves a service no longer; nothing happens when it is not served. */
  void remove(String name) {
    Balanced balanced = services.remove(name);
    if (balanced != null) {
      drop(balanced);
    }
  }

  private void drop(Balanced balanced) {
    byId.remove(balanced.id());
    balanced.entries().forEach(this::giveUp);
    balanced
        .endpoints()
        .forEach(
            (address, index) -> {
              tables.setKeeps(index, false);
              endpoints.release(index);
              Service service = balanced.service();
              if (service != null) {
                watcher.left(service, balanced.id(), address, true);
              }
            });
    slots.release(balanced.slots(true).range());
    slots.release(balanced.slots(false).range());
  }

  /** Serves nothing any more that an earlier process served and nobody has claimed. */
  void dropOrphans() {
    Set.copyOf(orphans.values()).forEach(this::drop);
    orphans.clear();
  }

  /** Lets clients come to new frontends, and no longer to those that have gone. */
  void flush() {
    BpfMap map = tables.map(Layout.FRONTENDS);
    try (Arena arena = Arena.ofConfined()) {
      if (!inserts.isEmpty()) {
        MemorySegment keys = keys(inserts.keySet(), arena);
        MemorySegment values =
            arena.allocateFrom(
                ValueLayout.JAVA_INT,
                inserts.values().stream().mapToInt(Integer::intValue).toArray());
        calls.updateAll(map, keys, values, inserts.size());
        inserts.clear();
      }
      if (!deletes.isEmpty()) {
        calls.deleteAll(map, keys(deletes, arena), deletes.size());
        deletes.clear();
      }
    }
    freed.forEach(entries::release);
    freed.clear();
  }

  private static MemorySegment keys(Set<FrontendKey> keys, Arena arena) {
    MemorySegment memory = arena.allocate((long) keys.size() * FrontendKey.SIZE, Long.BYTES);
    long at = 0;
    for (FrontendKey key : keys) {
      key.write(memory, at);
      at += FrontendKey.SIZE;
    }
    return memory;
  }
}
