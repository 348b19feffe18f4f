package io.lighter.proxy.check;

import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.HealthCheck;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceChanges;
import io.lighter.proxy.thread.ThreadEnd;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The checks of all services that want one.
 *
 * <p>Thread-safe. An endpoint that stays when the services change keeps what is known of it, unless
 * its check has changed.
 */
public final class HealthChecks implements AutoCloseable {
  /** One endpoint, and the thread that asks it. */
  private final class Watch {
    private final String service;
    private final SocketAddress endpoint;
    private final HealthCheck check;
    private final Thread thread;
    private volatile EndpointHealth health = EndpointHealth.UNKNOWN;

    Watch(String service, SocketAddress endpoint, HealthCheck check) {
      this.service = service;
      this.endpoint = endpoint;
      this.check = check;
      this.thread =
          Thread.ofVirtual().name("check " + service + " " + endpoint).unstarted(this::run);
    }

    private void run() {
      try {
        // Spread over the interval, so that many do not all ask at one time.
        Thread.sleep(part(check.interval()));
        while (true) {
          EndpointHealth before = health;
          health = before.after(prober.ask(endpoint, check), check.rise(), check.fall());
          if (health.up() != before.up()) {
            changed.accept(service);
          }
          Thread.sleep(check.interval());
        }
      } catch (InterruptedException e) {
        // Nobody wants to know any more.
      }
    }

    private static Duration part(Duration interval) {
      return Duration.ofNanos(ThreadLocalRandom.current().nextLong(interval.toNanos()));
    }
  }

  private final Consumer<String> changed;
  private final ScheduledExecutorService timer;
  private final Prober prober;
  private final Map<String, Map<SocketAddress, Watch>> watches = new HashMap<>();

  /**
   * Checks nothing yet.
   *
   * @param changed called with the name of the service, by a thread of a check, when an endpoint is
   *     found to work no longer, or again
   */
  public HealthChecks(Consumer<String> changed) {
    this.changed = changed;
    this.timer = timer();
    this.prober = new Prober(timer);
  }

  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("check-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    return Executors.unconfigurableScheduledExecutorService(timer);
  }

  /** Checks the endpoints of the services that are put, and those that are removed no more. */
  public synchronized void watch(ServiceChanges changes) {
    for (String name : changes.removed()) {
      watch(name, null, Set.of());
    }
    for (Service service : changes.put()) {
      Set<Endpoint> endpoints = new LinkedHashSet<>(service.endpoints());
      endpoints.addAll(service.forLocalClients().endpoints());
      watch(service.name(), service.behaviour().check(), endpoints);
    }
  }

  private void watch(String name, @Nullable HealthCheck check, Set<Endpoint> endpoints) {
    Map<SocketAddress, Watch> before = watches.getOrDefault(name, Map.of());
    Map<SocketAddress, Watch> after = new HashMap<>();
    if (check != null) {
      for (Endpoint endpoint : endpoints) {
        SocketAddress address = endpoint.address();
        Watch known = before.get(address);
        boolean stays = known != null && known.check.equals(check);
        after.putIfAbsent(address, stays ? known : new Watch(name, address, check));
      }
    }
    before.values().stream()
        .filter(watch -> after.get(watch.endpoint) != watch)
        .forEach(watch -> watch.thread.interrupt());
    after.values().stream()
        .filter(watch -> before.get(watch.endpoint) != watch)
        .forEach(watch -> watch.thread.start());
    if (after.isEmpty()) {
      watches.remove(name);
    } else {
      watches.put(name, after);
    }
  }

  /** Returns the names of the services that have checks. */
  public synchronized Set<String> services() {
    return Set.copyOf(watches.keySet());
  }

  /** Returns a service with the endpoints that do not work as {@link Endpoint#draining}. */
  public synchronized Service judge(Service service) {
    if (service.behaviour().check() == null) {
      return service;
    }
    return service.each(
        endpoint ->
            isUp(service.name(), endpoint.address())
                ? endpoint
                : new Endpoint(endpoint.address(), endpoint.weight(), true));
  }

  /** Returns whether an endpoint works as far as is known; true when it is not checked. */
  public synchronized boolean isUp(String service, SocketAddress endpoint) {
    Watch watch = watches.getOrDefault(service, Map.of()).get(endpoint);
    return watch == null || watch.health.up();
  }

  /** Returns what was wrong with an endpoint when it was last asked; null for nothing. */
  public synchronized @Nullable String problem(String service, SocketAddress endpoint) {
    Watch watch = watches.getOrDefault(service, Map.of()).get(endpoint);
    return watch == null ? null : watch.health.problem();
  }

  /** Checks nothing any more, and waits for the checks that are under way. */
  @Override
  public void close() {
    List<Watch> left = new ArrayList<>();
    synchronized (this) {
      watches.values().forEach(ofService -> left.addAll(ofService.values()));
      watches.clear();
    }
    for (Watch watch : left) {
      watch.thread.interrupt();
    }
    for (Watch watch : left) {
      ThreadEnd.await(watch.thread);
    }
    timer.shutdownNow();
  }
}
