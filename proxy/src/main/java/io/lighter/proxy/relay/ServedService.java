package io.lighter.proxy.relay;

import io.lighter.proxy.admission.RateLimit;
import io.lighter.proxy.choice.AffinityTable;
import io.lighter.proxy.service.Affinity;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Service;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A service as the relay serves it: where its connections go, and what has been counted. The loops
 * read it while another thread changes it.
 */
final class ServedService {
  /** The clients that an affinity remembers: 30 MB of them, should there be so many. */
  private static final int MOST_CLIENTS = 1 << 20;

  /** The most of a name that is printed. */
  private static final int LONGEST_PRINTED = 512;

  /** An endpoint that goes or has gone. */
  record Drain(Backend backend, int number) {}

  private final String name;
  private final String printed;
  private final long seed;
  private Service service;
  private volatile Routing routing;

  /** Those of the routing, and those that went and have connections left. */
  private final Map<SocketAddress, Backend> backends = new HashMap<>();

  private int nextId;

  final RateLimit rate;
  final AtomicInteger active = new AtomicInteger();
  final LongAdder accepted = new LongAdder();
  final ByteCount bytes = new ByteCount();
  private final EnumMap<Ending, LongAdder> endings = new EnumMap<>(Ending.class);

  /**
   * Makes what serves a service.
   *
   * @param seed of what is left to chance
   */
  ServedService(Service service, long seed, long now) {
    this.name = service.name();
    this.printed = printed(name);
    this.seed = seed;
    this.service = service;
    this.rate = new RateLimit(now);
    this.routing = routingOf(service, null);
    for (Ending ending : Ending.values()) {
      endings.put(ending, new LongAdder());
    }
  }

  String name() {
    return name;
  }

  /** Returns the name without spaces. */
  String printedName() {
    return printed;
  }

  /** Returns a name as it is printed where a space ends it. */
  static String printed(String name) {
    String cut = name.length() > LONGEST_PRINTED ? name.substring(0, LONGEST_PRINTED) : name;
    return cut.replace(' ', '_');
  }

  Routing routing() {
    return routing;
  }

  /** Returns what it serves now. */
  Service service() {
    return service;
  }

  /**
   * Serves the service from now on as it is given here.
   *
   * @return endpoints that get no more connections since, and that did before
   */
  List<Drain> update(Service next) {
    if (next.equals(service)) {
      return List.of();
    }
    backends.values().removeIf(b -> !isServed(b) && b.connections.get() == 0);
    Backend[] before = routing.backends;
    Map<Backend, Boolean> wasDraining = new HashMap<>();
    for (Backend backend : before) {
      wasDraining.put(backend, backend.endpoint().draining());
    }
    service = next;
    routing = routingOf(next, routing);
    List<Drain> drains = new ArrayList<>();
    for (Backend backend : before) {
      boolean goes = !isServed(backend) || backend.endpoint().draining();
      if (goes && !Boolean.TRUE.equals(wasDraining.get(backend))) {
        drains.add(new Drain(backend, backend.nextDrain()));
      }
    }
    for (Backend backend : routing.backends) {
      if (!backend.endpoint().draining()) {
        // Whatever drain of it was under way is not, any more.
        backend.nextDrain();
      }
    }
    return drains;
  }

  /** Serves nothing any more; returns all endpoints that still got connections. */
  List<Drain> end() {
    return update(service.with(List.of()));
  }

  private boolean isServed(Backend backend) {
    for (Backend served : routing.backends) {
      if (served == backend) {
        return true;
      }
    }
    return false;
  }

  private Routing routingOf(Service next, @Nullable Routing old) {
    List<Backend> list = new ArrayList<>(next.endpoints().size());
    for (Endpoint endpoint : next.endpoints()) {
      Backend backend =
          backends.computeIfAbsent(endpoint.address(), a -> new Backend(endpoint, nextId++));
      backend.setEndpoint(endpoint);
      list.add(backend);
    }
    Affinity affinity = next.behaviour().affinity();
    AffinityTable table = null;
    if (affinity.isOn()) {
      boolean same = old != null && affinity.equals(old.behaviour.affinity());
      table =
          same && old != null && old.affinity() != null
              ? old.affinity()
              : new AffinityTable(affinity.timeout().toNanos(), MOST_CLIENTS);
    }
    return new Routing(next.behaviour(), list, table, seed + nextId);
  }

  /** Returns what has been counted. */
  RelayStatistics.OfService statistics(long now) {
    Map<Ending, Long> ended = new EnumMap<>(Ending.class);
    endings.forEach((ending, count) -> ended.put(ending, count.sum()));
    return new RelayStatistics.OfService(
        name,
        accepted.sum(),
        active.get(),
        ended,
        bytes.to(),
        bytes.from(),
        Stream.of(routing.backends).map(backend -> backend.statistics(now)).toList());
  }

  void count(Ending ending) {
    Objects.requireNonNull(endings.get(ending)).increment();
  }
}
