package io.lighter.proxy.ebpf;

import io.lighter.linux.BpfMap;
import io.lighter.linux.BpfMapLayout;
import io.lighter.linux.BpfMaps;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.SocketFlags;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceChanges;
import io.lighter.proxy.service.ServiceTable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Balances the connections that the processes of a cgroup make, and the datagrams that they send:
 * in the kernel, when they make them, so that afterwards a client talks to an endpoint as if it had
 * connected to it.
 *
 * <pre>{@code
 * try (ConnectBalancer balancer = ConnectBalancer.open(linux, cgroup, Capacity.DEFAULT)) {
 *   balancer.setNodeAddresses(addresses);
 *   Map<String, Eligibility> forTierOne = balancer.apply(table);
 *   ...
 *   balancer.put(service.with(endpoints));
 * }
 * }</pre>
 *
 * <p>Programs and maps belong to the cgroup from the first {@link #apply} on. When this process is
 * killed they go on, and the next one that opens a balancer for the cgroup takes over what is
 * there; {@link #close} takes everything away, and {@link #leave} leaves it to a successor on
 * purpose. One process at a time balances a cgroup.
 *
 * <p>An endpoint of TCP gets no connections for a while when too many in a row have failed, as
 * {@link io.lighter.proxy.service.Ejection} says; only the last of an IP family is kept. A
 * connection that fails is not made at another endpoint: its client sees it.
 *
 * <p>A client is told the service's address when it asks for its peer (getpeername, recvfrom).
 * Affinity and {@code MAGLEV} know a client by its network namespace, as it has no address yet; all
 * processes of one are one client. Who listens at an address of a service from outside the machine
 * is tier one's affair.
 *
 * <p>Safe for use by many threads.
 */
public final class ConnectBalancer implements AutoCloseable {
  private final Linux linux;
  private final Fd cgroup;
  private final Tables tables;
  private final Installation installation;
  private final Ledger ledger;
  private final ConnectionCloser closer;
  private final BindPermits permits;
  private final Turbo turbo;
  private final FailedConnects failedConnects;
  private final Ejector ejector;
  private final long namespace;

  private final ServedServices services;
  private boolean installed;
  private boolean open = true;

  private ConnectBalancer(
      Linux linux,
      Fd cgroup,
      Tables tables,
      Installation installation,
      Turbo turbo,
      long namespace) {
    this.linux = linux;
    this.turbo = turbo;
    this.permits = new BindPermits(linux.bpfMaps(), tables);
    this.cgroup = cgroup;
    this.tables = tables;
    this.installation = installation;
    this.namespace = namespace;
    this.closer = new ConnectionCloser(linux, new ClientNamespaces(linux, cgroup), tables);
    this.ledger = new Ledger(tables, linux.bpfMaps(), namespace, closer);
    this.ejector = new Ejector(ledger, tables);
    this.services = new ServedServices(ledger, ejector);
    this.failedConnects = new FailedConnects(linux, new FailureListener());
  }

  /**
   * Opens a balancer for the processes of a cgroup and of all below it. What an earlier process
   * left there goes on being served until the first {@link #apply}, which takes what is the same
   * over as it is.
   *
   * @param cgroup a folder of cgroup v2; the caller may close it afterwards
   * @throws UnavailableException when the host does not let us
   * @throws IllegalStateException when another process balances the cgroup
   */
  public static ConnectBalancer open(Linux linux, Fd cgroup, Capacity capacity) {
    Fd own = linux.files().openat(cgroup, ".", Fcntl.O_RDONLY | Fcntl.O_DIRECTORY, 0);
    Installation installation = new Installation(linux, own);
    Turbo turbo = new Turbo(linux, new ClientNamespaces(linux, own), capacity);
    Tables tables = null;
    boolean done = false;
    try {
      if (!linux.fileLocks().flock(own, Fcntl.LOCK_EX | Fcntl.LOCK_NB)) {
        throw new IllegalStateException("another process balances the connections of the cgroup");
      }
      installation.find();
      Map<String, BpfMap> found = installation.openMaps();
      turbo.adopt(found);
      boolean same = hasLayout(found, capacity);
      if (!same) {
        found.values().forEach(BpfMap::close);
      }
      BpfMaps maps = linux.bpfMaps();
      tables = same ? Tables.of(maps, found) : Tables.create(maps, capacity);
      ConnectBalancer balancer =
          new ConnectBalancer(linux, own, tables, installation, turbo, ownNamespace(linux));
      if (same) {
        balancer.ledger.adopt();
      }
      done = true;
      return balancer;
    } catch (LinuxException e) {
      throw UnavailableException.of(e);
    } finally {
      if (!done) {
        if (tables != null) {
          tables.close();
        }
        turbo.close();
        installation.close();
        own.close();
      }
    }
  }

  private static boolean hasLayout(Map<String, BpfMap> found, Capacity capacity) {
    for (BpfMapLayout layout : Layout.maps(capacity)) {
      BpfMap map = found.get(layout.name());
      if (map == null || !map.layout().equals(layout)) {
        return false;
      }
    }
    return true;
  }

  private static long ownNamespace(Linux linux) {
    try (Fd socket = linux.sockets().socket(SocketFlags.AF_INET, SocketFlags.SOCK_DGRAM, 0)) {
      return linux.sockets().longOption(socket, SocketFlags.SO_NETNS_COOKIE);
    }
  }

  /**
   * Says which addresses a frontend at the wildcard address stands for: those of the node. Loopback
   * addresses are the node's own in its own network namespace only. The wildcard address itself,
   * which is loopback to who connects to it, is always one.
   *
   * @param addresses up to about 4000
   */
  public synchronized void setNodeAddresses(Collection<InetAddress> addresses) {
    checkOpen();
    NodeAddresses.write(linux.bpfMaps(), tables.map(Layout.NODE), addresses, namespace);
  }

  /**
   * Serves the services of a table that tier two can take, and no others: as {@link
   * #apply(ServiceChanges)}.
   */
  public synchronized Map<String, Eligibility> apply(ServiceTable table) {
    return apply(ServiceChanges.to(table, services.names()));
  }

  /**
   * Serves other services from now on, if tier two can take them; costs as much as changes.
   *
   * @return those that it cannot take, by their names, with what stands in the way: they are for
   *     tier one. Among them may be some that were not put, and whose address is now shared
   * @throws IllegalArgumentException when services are in each other's way; nothing has changed
   * @throws CapacityException when there is no room; some of it is served then, and what is not is
   *     served as before. The next call tries all again
   * @throws UnavailableException when the host does not let us, which shows at the first call
   */
  public synchronized Map<String, Eligibility> apply(ServiceChanges changes) {
    checkOpen();
    Collection<Service> touched = services.apply(changes);
    install();
    return services.obstaclesOf(List.of(changes.put(), touched));
  }

  /**
   * Serves one service that is new or has changed.
   *
   * @return what stands in the way, if anything does; then the service is not served
   */
  public Eligibility put(Service service) {
    return apply(ServiceChanges.put(service)).getOrDefault(service.name(), Eligibility.ELIGIBLE);
  }

  private void install() {
    boolean first = !installed;
    if (first) {
      try {
        installation.install(tables.maps(), namespace);
      } catch (LinuxException e) {
        throw UnavailableException.of(e);
      }
      installed = true;
    }
    if (services.wantTurbo()) {
      turbo.start(tables, installation);
    }
    if (first && !turbo.isOn()) {
      installation.removePairing();
    }
    if (services.wantEjection()) {
      failedConnects.start(tables, installation);
    }
    if (first && !failedConnects.isOn()) {
      installation.removeOutcome();
    }
  }

  /**
   * Returns why endpoints that refuse connections go on getting them though a service asks for
   * ejection; null when they do not, or none asks.
   */
  public @Nullable String ejectionObstacle() {
    return failedConnects.obstacle();
  }

  /** Returns how clients have fared with an endpoint of a service. */
  public synchronized ConnectFailures failures(String name, SocketAddress endpoint) {
    return open ? ejector.failures(name, endpoint) : ConnectFailures.NONE;
  }

  /**
   * Returns why connections do not skip TCP though a service asks for it (turbo); null when they
   * do, or none asks.
   */
  public synchronized @Nullable String turboObstacle() {
    return turbo.obstacle();
  }

  /** Returns what was counted of connections that skip TCP. */
  public synchronized TurboStatistics turboStatistics() {
    return turbo.statistics();
  }

  /**
   * Says what an active check has found. An endpoint that is not healthy gets no connections, and
   * clients do not keep it; it is healthy until somebody says otherwise.
   *
   * @return false when the service is not served, or has no such endpoint
   */
  public synchronized boolean setHealthy(String name, SocketAddress endpoint, boolean healthy) {
    checkOpen();
    Balanced balanced = ledger.get(name);
    Service service = balanced == null ? null : balanced.service();
    if (service == null
        || service.endpoints().stream().noneMatch(e -> e.address().equals(endpoint))) {
      return false;
    }
    ejector.setHealthy(service, endpoint, healthy);
    return true;
  }

  /**
   * Returns how many connections and datagrams came to the addresses of a service since it got
   * them, those counted that found no endpoint; 0 when it is not served.
   */
  public synchronized long connections(String name) {
    checkOpen();
    Balanced balanced = ledger.get(name);
    return balanced == null
        ? 0
        : balanced.entries().values().stream().mapToLong(tables::counter).sum();
  }

  /**
   * Closes the connections that clients of the cgroup have by a service with one of its endpoints,
   * also one that it does not have any more: TCP ones by a reset, UDP sockets by an error. What was
   * connected to the endpoint without the service is left alone.
   *
   * @return how many there were
   * @throws UnsupportedOperationException when the kernel cannot
   */
  public int closeConnections(String name, InetSocketAddress endpoint) {
    int id;
    Service service;
    synchronized (this) {
      checkOpen();
      Balanced balanced = ledger.get(name);
      if (balanced == null || balanced.service() == null) {
        return 0;
      }
      id = balanced.id();
      service = Objects.requireNonNull(balanced.service());
    }
    return closer.close(service.transport(), id, endpoint);
  }

  /**
   * Lets a socket be bound to the address and port of a service, which no other gets in the node's
   * network namespace: for who listens for clients from outside the machine.
   *
   * @return to be closed when the socket is bound
   */
  public BindPermit permitBind(Fd socket) {
    return permitBind(linux.sockets().longOption(socket, SocketFlags.SO_COOKIE));
  }

  synchronized BindPermit permitBind(long cookie) {
    checkOpen();
    permits.add(cookie);
    return () -> withdraw(cookie);
  }

  private synchronized void withdraw(long cookie) {
    if (open) {
      permits.remove(cookie);
    }
  }

  /** Lets one socket be bound until it is closed. */
  @FunctionalInterface
  public interface BindPermit extends AutoCloseable {
    @Override
    void close();
  }

  /** What the thread that hears of failures does, under the balancer's lock. */
  private final class FailureListener implements FailedConnects.Listener {
    @Override
    public void failing(int service, int endpoint) {
      synchronized (ConnectBalancer.this) {
        if (open) {
          ejector.failing(service, endpoint);
        }
      }
    }

    @Override
    public int look() {
      synchronized (ConnectBalancer.this) {
        return open ? ejector.takeBack() : -1;
      }
    }
  }

  private void checkOpen() {
    if (!open) {
      throw new IllegalStateException("the balancer has been closed");
    }
  }

  /** Ends the balancer and leaves the kernel to serve as it does, for the next to take over. */
  public void leave() {
    end(false);
  }

  /** Takes programs and maps away: nothing is balanced any more. Connections go on. */
  @Override
  public void close() {
    end(true);
  }

  private void end(boolean remove) {
    // Outside the lock: one may be at work and waits for nobody, the other may wait for the lock.
    closer.close();
    failedConnects.close();
    synchronized (this) {
      if (!open) {
        return;
      }
      open = false;
      try {
        if (remove) {
          installation.remove();
        }
      } finally {
        turbo.close();
        installation.close();
        tables.close();
        cgroup.close();
      }
    }
  }
}
