package io.lighter.proxy.relay;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * A balancer of TCP connections: it accepts them where the services of a table say, and passes them
 * on to their endpoints.
 *
 * <pre>{@code
 * try (Relay relay = Relay.open(Linux.kernel(), RelayConfig.of(Throwable::printStackTrace))) {
 *   relay.apply(table).forEach(System.err::println);
 *   ...
 *   relay.apply(changed);
 *   relay.drain(Duration.ofSeconds(30));
 * }
 * }</pre>
 *
 * <p>A connection is as if client and endpoint had no relay between them: the end of the stream in
 * each direction, resets, back-pressure, urgent bytes. What differs is that a client is connected
 * before its endpoint is, so that "connection refused" becomes a reset.
 *
 * <p>Safe for use by many threads.
 */
public final class Relay implements AutoCloseable {
  /** In place of a name. */
  private static final String ANY = "";

  private static final Duration LOOK = Duration.ofMillis(20);

  private final RelayConfig config;
  private final ListeningSockets sockets;
  private final List<EventLoop> loops = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final Map<String, ServedService> services = new LinkedHashMap<>();
  private final Map<InetSocketAddress, Place> places = new HashMap<>();
  private final SplittableRandom seeds = new SplittableRandom();
  private final Histogram connectTimes = new Histogram(1, Worker.LONGEST_CONNECT, 2);
  private boolean closed;

  private Relay(Linux linux, RelayConfig config) {
    this.config = config;
    this.sockets = new ListeningSockets(linux, config.binding());
    try {
      for (int i = 0; i < config.loops(); i++) {
        EventLoop loop = new EventLoop(linux, "relay-" + i, config.errors());
        loops.add(loop);
        workers.add(new Worker(linux, loop, config));
      }
    } catch (RuntimeException e) {
      loops.forEach(EventLoop::close);
      throw e;
    }
    loops.forEach(EventLoop::start);
  }

  /** Opens a relay that serves nothing yet. */
  public static Relay open(Linux linux, RelayConfig config) {
    return new Relay(linux, config);
  }

  /**
   * Serves a table from now on, and what is not in it no more. Connections go on, but those of an
   * endpoint that is gone or draining end after the service's drain time-out. No client that comes
   * meanwhile is refused by the change: sockets that stay are not touched.
   *
   * @return the addresses that cannot be listened at; they are tried again with the next table
   * @throws IllegalArgumentException when a service asks for something that the relay does not do;
   *     then nothing has changed
   * @throws IllegalStateException when the relay is closed
   */
  public synchronized List<UnboundAddress> apply(ServiceTable table) {
    if (closed) {
      throw new IllegalStateException("the relay is closed");
    }
    Demands.check(table);
    Map<String, ServedService> ended = updateServices(table);
    Map<InetSocketAddress, Place.Claims> claims = claims(table);
    // First the new, so that a service that moves is always somewhere.
    List<UnboundAddress> unbound = openPlaces(claims, table);
    closePlaces(claims);
    for (ServedService service : ended.values()) {
      Duration timeout = service.service().behaviour().timeouts().drain();
      drain(service.end(), timeout);
    }
    return unbound;
  }

  private Map<String, ServedService> updateServices(ServiceTable table) {
    Map<String, ServedService> ended = new LinkedHashMap<>(services);
    services.clear();
    for (Service service : table.services()) {
      ServedService served = ended.remove(service.name());
      if (served == null) {
        served = new ServedService(service, seeds.nextLong(), System.nanoTime());
      } else {
        drain(served.update(service), service.behaviour().timeouts().drain());
      }
      services.put(service.name(), served);
    }
    return ended;
  }

  private void drain(List<ServedService.Drain> drains, Duration timeout) {
    if (timeout.isZero()) {
      return;
    }
    for (ServedService.Drain drain : drains) {
      for (Worker worker : workers) {
        worker.loop().execute(() -> worker.drain(drain, timeout.toNanos()));
      }
    }
  }

  private Map<InetSocketAddress, Place.Claims> claims(ServiceTable table) {
    Map<InetSocketAddress, Map<String, ServedService>> names = new LinkedHashMap<>();
    Map<InetSocketAddress, Boolean> headers = new HashMap<>();
    for (Service service : table.services()) {
      ServedService served = Objects.requireNonNull(services.get(service.name()));
      for (Frontend frontend : service.frontends()) {
        Map<String, ServedService> byName =
            names.computeIfAbsent(frontend.address(), a -> new HashMap<>());
        headers.put(frontend.address(), service.behaviour().headers().receive());
        if (frontend.serverNames().isEmpty()) {
          byName.put(ANY, served);
        }
        frontend.serverNames().forEach(name -> byName.put(name, served));
      }
    }
    Map<InetSocketAddress, Place.Claims> claims = new LinkedHashMap<>();
    names.forEach(
        (address, byName) -> {
          ServedService any = byName.remove(ANY);
          boolean withHeader = Boolean.TRUE.equals(headers.get(address));
          claims.put(address, new Place.Claims(any, new NameTable(byName), withHeader));
        });
    return claims;
  }

  private List<UnboundAddress> openPlaces(
      Map<InetSocketAddress, Place.Claims> claims, ServiceTable table) {
    List<UnboundAddress> unbound = new ArrayList<>();
    claims.forEach(
        (address, of) -> {
          Place known = places.get(address);
          if (known != null) {
            known.setClaims(of);
            return;
          }
          try {
            listen(new Place(address, of));
          } catch (RuntimeException e) {
            unbound.add(
                new UnboundAddress(address, names(table, address), ListeningSockets.reason(e)));
          }
        });
    return unbound;
  }

  private void listen(Place place) {
    List<Fd> opened = sockets.open(place.address(), workers.size(), config.backlog());
    places.put(place.address(), place);
    for (int i = 0; i < workers.size(); i++) {
      Worker worker = workers.get(i);
      Fd socket = opened.get(i);
      worker.loop().call(() -> worker.listen(place, socket));
    }
  }

  private static String names(ServiceTable table, InetSocketAddress address) {
    return table.services().stream()
        .filter(s -> s.frontends().stream().anyMatch(f -> f.address().equals(address)))
        .map(Service::name)
        .collect(Collectors.joining(", "));
  }

  private void closePlaces(Map<InetSocketAddress, Place.Claims> claims) {
    List<Place> gone =
        places.values().stream().filter(place -> !claims.containsKey(place.address())).toList();
    for (Place place : gone) {
      places.remove(place.address());
      for (Worker worker : workers) {
        worker.loop().call(() -> worker.stopListening(place));
      }
    }
  }

  /** Returns what has been counted since the relay, or a service or endpoint of it, began. */
  public synchronized RelayStatistics statistics() {
    for (Worker worker : workers) {
      worker.takeConnectTimes(connectTimes);
    }
    long now = System.nanoTime();
    return new RelayStatistics(
        services.values().stream().map(service -> service.statistics(now)).toList(),
        connectTimes.copy(),
        workers.stream().mapToLong(worker -> worker.strangers().sum()).sum(),
        workers.stream().mapToLong(Worker::lostLogLines).sum());
  }

  /**
   * Accepts nobody any more, and waits until the connections have ended by themselves.
   *
   * @param timeout how long it waits at most
   * @return whether they have; those that have not go on
   */
  public boolean drain(Duration timeout) throws InterruptedException {
    apply(ServiceTable.EMPTY);
    long end = System.nanoTime() + timeout.toNanos();
    while (active() > 0) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      Thread.sleep(LOOK);
    }
    return true;
  }

  private int active() {
    int[] active = {0};
    for (Worker worker : workers) {
      worker.loop().call(() -> active[0] += worker.active());
    }
    return active[0];
  }

  /** Ends everything; connections that carry something at the moment are reset. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    for (Worker worker : workers) {
      worker.loop().call(worker::close);
    }
    loops.forEach(EventLoop::close);
  }
}
