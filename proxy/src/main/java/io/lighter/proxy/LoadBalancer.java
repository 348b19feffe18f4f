package io.lighter.proxy;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.proxy.check.HealthChecks;
import io.lighter.proxy.ebpf.CapacityException;
import io.lighter.proxy.ebpf.ConnectBalancer;
import io.lighter.proxy.ebpf.ConnectFailures;
import io.lighter.proxy.ebpf.TurboStatistics;
import io.lighter.proxy.ebpf.UnavailableException;
import io.lighter.proxy.relay.Binding;
import io.lighter.proxy.relay.OfferedSocket;
import io.lighter.proxy.relay.Relay;
import io.lighter.proxy.relay.RelayConfig;
import io.lighter.proxy.relay.UnboundAddress;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceChanges;
import io.lighter.proxy.service.ServicePlaces;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.udp.UdpRelay;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Balances TCP and UDP services over the endpoints that work.
 *
 * <pre>{@code
 * try (LoadBalancer balancer = LoadBalancer.open(Linux.kernel(), RelayConfig.of(errors))) {
 *   balancer.apply(services).forEach(System.err::println);
 *   ...
 *   balancer.apply(changed); // at any time: no connection is lost by it
 * }
 * }</pre>
 *
 * <p>An endpoint that does not accept connections gets none for a while ({@link
 * io.lighter.proxy.service.Ejection}): by the relay when the relay finds that, and by the kernel
 * when the processes do that the kernel balances. Neither tells the other, since what one of them
 * reaches the other may not.
 *
 * <p>An endpoint whose check fails gets no new connections until it works again, as one that
 * drains; if the service has a drain time-out it holds for its connections.
 *
 * <p>Thread-safe.
 */
public final class LoadBalancer implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(20);

  /** Whether the kernel balances, be it that another process has it do so at the moment. */
  private final boolean inKernel;

  private volatile @Nullable ConnectBalancer kernel;
  private final Relay relay;
  private final UdpRelay datagrams;
  private final HealthChecks checks;
  private final ExecutorService worker;
  private final AddressWatch addresses;
  private final ServicePlaces wanted = new ServicePlaces();
  private final LocalFrontends local = new LocalFrontends();

  /** Whether it was told that the kernel does not let endpoints be ejected. */
  private boolean toldOfEjection;

  /** What has been told since services were changed. */
  private final Set<String> told = new HashSet<>();

  private Consumer<String> problems = problem -> {};
  private boolean closed;

  private LoadBalancer(Linux linux, RelayConfig config, @Nullable ConnectBalancer kernel) {
    this.kernel = kernel;
    this.inKernel = kernel != null;
    Binding binding = kernel == null ? config.binding() : this::permit;
    this.relay = Relay.open(linux, config.with(binding));
    try {
      this.datagrams = UdpRelay.open(linux, config.loops(), binding, config.inherited());
    } catch (RuntimeException e) {
      relay.close();
      throw e;
    }
    this.worker =
        new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("balancer-changes").factory());
    this.checks = new HealthChecks(this::healthChanged);
    local.readAddresses();
    if (kernel != null) {
      kernel.setNodeAddresses(local.addresses());
    }
    this.addresses = AddressWatch.start(linux, this::addressesChanged);
  }

  /**
   * Opens one that balances nothing yet.
   *
   * @param config how connections are passed on; its number of loops holds for datagrams too
   */
  public static LoadBalancer open(Linux linux, RelayConfig config) {
    return new LoadBalancer(linux, config, null);
  }

  /**
   * Opens one whose clients on this machine are balanced in the kernel, where their services allow
   * that. All others, and those who come over the network, are balanced as without it.
   *
   * @param kernel of the cgroup of these clients; it is closed with this
   */
  public static LoadBalancer open(Linux linux, RelayConfig config, ConnectBalancer kernel) {
    return new LoadBalancer(linux, config, kernel);
  }

  /**
   * Tells from now on what keeps a part of the services from being there once an endpoint's health
   * or the machine's addresses have changed: what {@link #apply(ServiceChanges)} has not returned.
   *
   * @param listener gets each once, until services are changed; it must not call this balancer
   */
  public synchronized void onProblem(Consumer<String> listener) {
    problems = listener;
  }

  private Binding.Permit permit(Fd socket) {
    ConnectBalancer now = kernel;
    if (now == null) {
      return Binding.FREE.permit(socket); // who has the kernel now decides
    }
    ConnectBalancer.BindPermit permit = now.permitBind(socket);
    return permit::close;
  }

  /** Balances these services from now on, and no others: as {@link #apply(ServiceChanges)}. */
  public synchronized List<String> apply(ServiceTable services) {
    return apply(ServiceChanges.to(services, wanted.byName().keySet()));
  }

  /**
   * Balances other services from now on. Costs as much as changes. An address that the machine does
   * not have is listened at as soon as it has it.
   *
   * @return what keeps a part of them from being there, such as an address that is in use; all else
   *     holds
   * @throws IllegalArgumentException when a service asks for what cannot be done; then nothing has
   *     changed
   * @throws UnavailableException the first time, when the kernel is to balance and does not let us;
   *     this is to be closed then
   */
  public synchronized List<String> apply(ServiceChanges changes) {
    ServicePlaces.Preview preview = wanted.preview(changes);
    TransportChanges all = TransportChanges.of(changes.put(), changes.removed(), Optional::of);
    relay.check(all.connections());
    datagrams.check(all.datagrams());
    wanted.commit(preview);
    local.update(preview);
    checks.watch(changes);
    List<String> found = pass(preview);
    told.clear();
    told.addAll(found);
    return found;
  }

  private List<String> pass(ServicePlaces.Preview preview) {
    List<String> removed = preview.changes().removed();
    if (!inKernel) {
      List<Service> put = judged(preview.changes().put());
      List<String> problems =
          new ArrayList<>(listen(TransportChanges.of(put, removed, Optional::of)));
      problems.addAll(TurboProblems.withoutKernel(put));
      return problems;
    }
    List<Service> judged = judged(preview.touched());
    List<String> problems =
        new ArrayList<>(listen(TransportChanges.of(judged, removed, local::of)));
    ConnectBalancer now = kernel;
    if (now == null) {
      return problems; // another process has the kernel
    }
    try {
      problems.addAll(
          TurboProblems.of(
              judged, now.apply(new ServiceChanges(judged, removed)), now.turboObstacle()));
    } catch (CapacityException e) {
      problems.add("connections of this machine are not all balanced: " + e.getMessage());
    }
    String obstacle = now.ejectionObstacle();
    if (obstacle != null && !toldOfEjection) {
      toldOfEjection = true;
      problems.add("endpoints that refuse this machine's connections are not ejected: " + obstacle);
    }
    return problems;
  }

  private List<Service> judged(Collection<Service> services) {
    return services.stream().map(checks::judge).toList();
  }

  private List<String> listen(TransportChanges changes) {
    List<String> problems = new ArrayList<>(datagrams.apply(changes.datagrams()));
    for (UnboundAddress unbound : relay.apply(changes.connections())) {
      problems.add(unbound.toString());
    }
    return problems;
  }

  private void healthChanged(String service) {
    later(() -> judge(service));
  }

  private void addressesChanged() {
    later(this::moved);
  }

  private void later(Runnable work) {
    try {
      worker.execute(work);
    } catch (RejectedExecutionException e) {
      // It is closed meanwhile.
    }
  }

  private synchronized void judge(String name) {
    Service service = wanted.get(name);
    if (!closed && service != null) {
      tell(pass(wanted.preview(ServiceChanges.put(service))));
    }
  }

  /** Listens also at addresses that the machine did not have, and may have now. */
  private synchronized void moved() {
    if (!closed && local.readAddresses()) {
      ConnectBalancer now = kernel;
      if (now != null) {
        now.setNodeAddresses(local.addresses());
      }
      List<Service> all = List.copyOf(wanted.byName().values());
      tell(pass(wanted.preview(new ServiceChanges(all, List.of()))));
    }
  }

  private void tell(List<String> found) {
    found.stream().filter(told::add).forEach(problems);
  }

  /** Returns whether an endpoint of a service works, as far as its checks know. */
  public boolean isUp(String service, SocketAddress endpoint) {
    return checks.isUp(service, endpoint);
  }

  /** Returns how clients have fared with an endpoint whom the kernel connected to it. */
  public ConnectFailures failuresInKernel(String service, SocketAddress endpoint) {
    ConnectBalancer now = kernel;
    return now == null ? ConnectFailures.NONE : now.failures(service, endpoint);
  }

  /** Returns what is balanced. */
  public synchronized ServiceTable services() {
    return new ServiceTable(List.copyOf(wanted.byName().values()));
  }

  /** Returns what has been counted so far. */
  public LoadBalancerStatistics statistics() {
    ConnectBalancer now = kernel;
    return new LoadBalancerStatistics(
        relay.statistics(),
        datagrams.statistics(),
        now == null ? TurboStatistics.NONE : now.turboStatistics());
  }

  /**
   * Returns why no connections skip TCP though services ask for it (turbo); null when they do, or
   * none asks, or the kernel is not to balance at all.
   */
  public @Nullable String turboObstacle() {
    ConnectBalancer now = kernel;
    return now == null ? null : now.turboObstacle();
  }

  /**
   * Takes clients at the sockets that were {@link RelayConfig#inherited inherited}, which the
   * process that had them does no longer.
   */
  public synchronized void begin() {
    relay.begin();
    datagrams.begin();
  }

  /**
   * Offers all sockets of clients to a process that takes this one's place.
   *
   * @throws LinuxException EMFILE when there is no room for the copies; none is left open
   */
  public synchronized List<OfferedSocket> offer() {
    List<OfferedSocket> offered = new ArrayList<>(relay.offer());
    try {
      offered.addAll(datagrams.offer());
      return offered;
    } catch (RuntimeException e) {
      offered.forEach(OfferedSocket::close);
      throw e;
    }
  }

  /** Waits until it is done what {@link OfferedSocket}s were told. */
  public void settle() {
    relay.settle();
    datagrams.settle();
  }

  /** Leaves the kernel to go on as it does, for another process to take over. */
  public synchronized void leaveKernel() {
    ConnectBalancer now = kernel;
    kernel = null;
    if (now != null) {
      now.leave();
    }
  }

  /**
   * Has the kernel balance again after {@link #leaveKernel}.
   *
   * @param again of the same cgroup
   * @return what keeps a part from being there
   */
  public synchronized List<String> takeKernelBack(ConnectBalancer again) {
    List<Service> all = List.copyOf(wanted.byName().values());
    again.setNodeAddresses(local.addresses());
    kernel = again;
    return pass(wanted.preview(new ServiceChanges(all, List.of())));
  }

  /**
   * Takes no clients any more, in the kernel neither, and waits until the connections have ended by
   * themselves, and the flows of sockets that another process has now.
   *
   * @param grace how long at most; zero for as long as it takes
   * @return whether they have
   */
  public boolean drain(Duration grace) throws InterruptedException {
    apply(ServiceTable.EMPTY);
    Duration longest = grace.isZero() ? Duration.ofDays(365) : grace;
    long end = System.nanoTime() + longest.toNanos();
    boolean ended = relay.drain(longest);
    while (ended && datagrams.flowsLeft() > 0) {
      ended = System.nanoTime() - end < 0;
      Thread.sleep(LOOK);
    }
    return ended;
  }

  /** Ends all connections and flows, and closes all sockets. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    addresses.close();
    checks.close();
    worker.shutdown();
    relay.close();
    datagrams.close();
    ConnectBalancer now = kernel;
    if (now != null) {
      now.close();
    }
  }
}
