package io.lighter.proxy.relay;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceChanges;
import io.lighter.proxy.service.ServicePlaces;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
  private static final Duration LOOK = Duration.ofMillis(20);

  private final Linux linux;
  private final RelayConfig config;
  private final ListeningSockets sockets;
  private final List<EventLoop> loops = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final ServicePlaces known = new ServicePlaces();
  private final Map<String, ServedService> services = new LinkedHashMap<>();
  private final Map<InetSocketAddress, Place> places = new HashMap<>();

  /** How many sockets of a place wait for {@link #begin}. */
  private final Map<Place, Integer> heldSockets = new LinkedHashMap<>();

  private final SplittableRandom seeds = new SplittableRandom();
  private final Histogram connectTimes = new Histogram(1, Worker.LONGEST_CONNECT, 2);
  private boolean closed;

  private Relay(Linux linux, RelayConfig config) {
    this.linux = linux;
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
   * Serves a table from now on, and what is not in it no more: as {@link #apply(ServiceChanges)}.
   */
  public synchronized List<UnboundAddress> apply(ServiceTable table) {
    return apply(ServiceChanges.to(table, known.byName().keySet()));
  }

  /**
   * Looks whether changes can be done.
   *
   * @throws IllegalArgumentException when they cannot
   */
  public synchronized void check(ServiceChanges changes) {
    Demands.check(linux, known.preview(changes));
  }

  /**
   * Serves other services from now on; costs as much as changes. Connections go on, but those of an
   * endpoint that is gone or draining end after the service's drain time-out. No client that comes
   * meanwhile is refused by the change: sockets that stay are not touched.
   *
   * @return the addresses of these services that cannot be listened at; they are tried again when
   *     one of their services is put the next time
   * @throws IllegalArgumentException when a service asks for something that the relay does not do;
   *     then nothing has changed
   * @throws IllegalStateException when the relay is closed
   */
  public synchronized List<UnboundAddress> apply(ServiceChanges changes) {
    if (closed) {
      throw new IllegalStateException("the relay is closed");
    }
    ServicePlaces.Preview preview = known.preview(changes);
    Demands.check(linux, preview);
    List<ServedService> ended = updateServices(changes);
    known.commit(preview);
    // First the new, so that a service that moves is always somewhere.
    List<UnboundAddress> unbound = openPlaces(preview);
    closePlaces(preview);
    for (ServedService service : ended) {
      Duration timeout = service.service().behaviour().timeouts().drain();
      drain(service.end(), timeout);
    }
    return unbound;
  }

  /** Returns those that are served no more. */
  private List<ServedService> updateServices(ServiceChanges changes) {
    List<ServedService> ended = new ArrayList<>();
    for (String name : changes.removed()) {
      ServedService served = services.remove(name);
      if (served != null) {
        ended.add(served);
      }
    }
    for (Service service : changes.put()) {
      ServedService served = services.get(service.name());
      if (served == null) {
        services.put(
            service.name(), new ServedService(service, seeds.nextLong(), System.nanoTime()));
      } else {
        drain(served.update(service), service.behaviour().timeouts().drain());
      }
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

  private Place.Claims claims(InetSocketAddress address, List<Service> tenants) {
    ServedService any = null;
    Map<String, ServedService> byName = new HashMap<>();
    for (Service tenant : tenants) {
      ServedService served = Objects.requireNonNull(services.get(tenant.name()));
      for (Frontend frontend : tenant.frontends()) {
        if (!frontend.address().equals(address)) {
          continue;
        }
        if (frontend.serverNames().isEmpty()) {
          any = served;
        }
        frontend.serverNames().forEach(name -> byName.put(name, served));
      }
    }
    boolean withHeader = tenants.getFirst().behaviour().headers().receive();
    return new Place.Claims(any, new NameTable(byName), withHeader);
  }

  private List<UnboundAddress> openPlaces(ServicePlaces.Preview preview) {
    List<UnboundAddress> unbound = new ArrayList<>();
    preview
        .tenants()
        .forEach(
            (at, tenants) -> {
              if (!tenants.isEmpty()) {
                open(at.address(), tenants).ifPresent(unbound::add);
              }
            });
    return unbound;
  }

  private Optional<UnboundAddress> open(InetSocketAddress address, List<Service> tenants) {
    Place.Claims claims = claims(address, tenants);
    Place present = places.get(address);
    if (present != null) {
      present.setClaims(claims);
      return Optional.empty();
    }
    try {
      listen(new Place(address, claims));
      return Optional.empty();
    } catch (RuntimeException e) {
      String names = tenants.stream().map(Service::name).collect(Collectors.joining(", "));
      return Optional.of(new UnboundAddress(address, names, ListeningSockets.reason(e)));
    }
  }

  private void listen(Place place) {
    List<Fd> heirlooms = config.inherited().take(Transport.TCP, place.address(), 0, 1);
    heirlooms.forEach(socket -> sockets.listen(socket, config.backlog()));
    boolean held = !heirlooms.isEmpty();
    List<Fd> opened = held ? heirlooms : open(place.address());
    places.put(place.address(), place);
    listen(place, opened, 0, held);
  }

  /** Shares sockets out among the loops. */
  private void listen(Place place, List<Fd> opened, int first, boolean held) {
    for (int i = 0; i < opened.size(); i++) {
      Worker worker = workers.get((first + i) % workers.size());
      Fd socket = opened.get(i);
      worker.loop().call(() -> worker.listen(place, socket, held));
    }
    if (held) {
      heldSockets.put(place, opened.size());
    }
  }

  private List<Fd> open(InetSocketAddress address) {
    try {
      return sockets.open(address, workers.size(), config.backlog(), false);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EADDRINUSE || !isAtPort(address.getPort())) {
        throw e;
      }
      return sockets.open(address, workers.size(), config.backlog(), true);
    }
  }

  private boolean isAtPort(int port) {
    return places.keySet().stream().anyMatch(own -> own.getPort() == port);
  }

  /**
   * Accepts at the sockets that were {@link RelayConfig#inherited inherited}, of which until now
   * nobody was: the process that had them does it no longer. Loops for which there was none get
   * theirs now; before, nobody would have accepted who came to them if this process had ended.
   */
  public synchronized void begin() {
    for (Worker worker : workers) {
      worker.loop().call(worker::begin);
    }
    heldSockets.forEach(
        (place, count) -> {
          int missing = workers.size() - count;
          try {
            if (missing > 0) {
              List<Fd> more = sockets.open(place.address(), missing, config.backlog(), true);
              listen(place, more, count, false);
            }
          } catch (RuntimeException e) {
            // The address is served all the same.
            config.errors().accept(e);
          }
        });
    heldSockets.clear();
  }

  /**
   * Offers all listening sockets to another process; those that come afterwards are not among them.
   *
   * @throws LinuxException EMFILE when there is no room for the copies; none is left open
   */
  public synchronized List<OfferedSocket> offer() {
    List<OfferedSocket> offered = new ArrayList<>();
    for (Worker worker : workers) {
      CompletableFuture<List<OfferedSocket>> answer = new CompletableFuture<>();
      worker.loop().call(() -> worker.offer(answer));
      try {
        offered.addAll(answer.join());
      } catch (CompletionException e) {
        offered.forEach(OfferedSocket::close);
        throw e.getCause() instanceof LinuxException cause ? cause : e;
      }
    }
    return offered;
  }

  /** Waits until the loops have done what {@link OfferedSocket}s were told. */
  public void settle() {
    workers.forEach(worker -> worker.loop().call(() -> {}));
  }

  private void closePlaces(ServicePlaces.Preview preview) {
    preview
        .tenants()
        .forEach(
            (at, tenants) -> {
              Place gone = tenants.isEmpty() ? places.remove(at.address()) : null;
              if (gone != null) {
                for (Worker worker : workers) {
                  worker.loop().call(() -> worker.stopListening(gone));
                }
              }
            });
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
