package io.lighter.proxy;

import io.lighter.linux.Linux;
import io.lighter.proxy.check.HealthChecks;
import io.lighter.proxy.relay.Relay;
import io.lighter.proxy.relay.RelayConfig;
import io.lighter.proxy.relay.UnboundAddress;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.HealthCheck;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import io.lighter.proxy.udp.UdpRelay;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
 * <p>An endpoint whose check fails gets no new connections until it works again, as one that
 * drains; if the service has a drain time-out it holds for its connections.
 *
 * <p>Thread-safe.
 */
public final class LoadBalancer implements AutoCloseable {
  private final Relay relay;
  private final UdpRelay datagrams;
  private final HealthChecks checks;
  private final ExecutorService judging;
  private ServiceTable wanted = ServiceTable.EMPTY;
  private boolean closed;

  private LoadBalancer(Linux linux, RelayConfig config) {
    this.relay = Relay.open(linux, config);
    try {
      this.datagrams = UdpRelay.open(linux, config.loops());
    } catch (RuntimeException e) {
      relay.close();
      throw e;
    }
    this.judging =
        new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("balancer-judging").factory());
    this.checks = new HealthChecks(this::healthChanged);
  }

  /**
   * Opens one that balances nothing yet.
   *
   * @param config how connections are passed on; its number of loops holds for datagrams too
   */
  public static LoadBalancer open(Linux linux, RelayConfig config) {
    return new LoadBalancer(linux, config);
  }

  /**
   * Balances these services from now on, and no others.
   *
   * @return what keeps a part of them from being there, such as an address that is in use; all else
   *     holds
   * @throws IllegalArgumentException when a service asks for what cannot be done; then nothing has
   *     changed
   */
  public synchronized List<String> apply(ServiceTable services) {
    List<String> problems = pass(checks.judge(services), checks.judge(wanted));
    wanted = services;
    checks.watch(services);
    return problems;
  }

  private List<String> pass(ServiceTable services, ServiceTable before) {
    List<String> problems = new ArrayList<>(datagrams.apply(services));
    try {
      for (UnboundAddress unbound : relay.apply(connected(services))) {
        problems.add(unbound.toString());
      }
    } catch (IllegalArgumentException e) {
      datagrams.apply(before);
      throw e;
    }
    return problems;
  }

  /** The services of TCP; their checks are done here, not by the relay. */
  private static ServiceTable connected(ServiceTable services) {
    List<Service> connected = new ArrayList<>();
    for (Service service : services.services()) {
      if (service.transport() == Transport.TCP) {
        Behaviour unchecked = service.behaviour().with((@Nullable HealthCheck) null);
        connected.add(
            new Service(service.name(), service.frontends(), service.endpoints(), unchecked));
      }
    }
    return new ServiceTable(connected);
  }

  private void healthChanged() {
    try {
      judging.execute(this::judge);
    } catch (RejectedExecutionException e) {
      // It is closed meanwhile.
    }
  }

  private synchronized void judge() {
    if (!closed) {
      ServiceTable judged = checks.judge(wanted);
      pass(judged, judged);
    }
  }

  /** Returns whether an endpoint of a service works, as far as its checks know. */
  public boolean isUp(String service, SocketAddress endpoint) {
    return checks.isUp(service, endpoint);
  }

  /** Returns what is balanced. */
  public synchronized ServiceTable services() {
    return wanted;
  }

  /** Returns what has been counted so far. */
  public LoadBalancerStatistics statistics() {
    return new LoadBalancerStatistics(relay.statistics(), datagrams.statistics());
  }

  /**
   * Takes no clients any more, and waits until the connections have ended by themselves.
   *
   * @param grace how long at most; zero for as long as it takes
   * @return whether they have
   */
  public boolean drain(Duration grace) throws InterruptedException {
    apply(ServiceTable.EMPTY);
    return relay.drain(grace.isZero() ? Duration.ofDays(365) : grace);
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
    checks.close();
    judging.shutdown();
    relay.close();
    datagrams.close();
  }
}
