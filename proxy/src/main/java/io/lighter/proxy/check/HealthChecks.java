package io.lighter.proxy.check;

import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.HealthCheck;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The checks of all services that want one.
 *
 * <p>Thread-safe. An endpoint that stays when the services change keeps what is known of it, unless
 * its check has changed.
 */
public final class HealthChecks implements AutoCloseable {
  private record Place(String service, SocketAddress endpoint) {}

  /** One endpoint, and the thread that asks it. */
  private final class Watch {
    private final Place place;
    private final HealthCheck check;
    private final Thread thread;
    private volatile EndpointHealth health = EndpointHealth.UNKNOWN;

    Watch(Place place, HealthCheck check) {
      this.place = place;
      this.check = check;
      this.thread = Thread.ofVirtual().name("check " + place).unstarted(this::run);
    }

    private void run() {
      try {
        // Spread over the interval, so that many do not all ask at one time.
        Thread.sleep(part(check.interval()));
        while (true) {
          EndpointHealth before = health;
          health = before.after(prober.ask(place.endpoint, check), check.rise(), check.fall());
          if (health.up() != before.up()) {
            changed.run();
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

  private final Runnable changed;
  private final ScheduledExecutorService timer;
  private final Prober prober;
  private final Map<Place, Watch> watches = new HashMap<>();

  /**
   * Checks nothing yet.
   *
   * @param changed called, by a thread of a check, when an endpoint is found to work no longer, or
   *     again
   */
  public HealthChecks(Runnable changed) {
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

  /** Checks the endpoints of these services, and no others any more. */
  public synchronized void watch(ServiceTable services) {
    Map<Place, HealthCheck> wanted = new HashMap<>();
    for (Service service : services.services()) {
      HealthCheck check = service.behaviour().check();
      if (check != null) {
        for (Endpoint endpoint : service.endpoints()) {
          wanted.put(new Place(service.name(), endpoint.address()), check);
        }
      }
    }
    Iterator<Watch> present = watches.values().iterator();
    while (present.hasNext()) {
      Watch watch = present.next();
      if (!watch.check.equals(wanted.get(watch.place))) {
        watch.thread.interrupt();
        present.remove();
      }
    }
    wanted.forEach(
        (place, check) ->
            watches.computeIfAbsent(
                place,
                p -> {
                  Watch watch = new Watch(p, check);
                  watch.thread.start();
                  return watch;
                }));
  }

  /** Returns the services with the endpoints that do not work as {@link Endpoint#draining}. */
  public synchronized ServiceTable judge(ServiceTable services) {
    List<Service> judged = new ArrayList<>();
    for (Service service : services.services()) {
      judged.add(service.behaviour().check() == null ? service : judge(service));
    }
    return new ServiceTable(judged);
  }

  private Service judge(Service service) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (Endpoint endpoint : service.endpoints()) {
      boolean up = isUp(service.name(), endpoint.address());
      endpoints.add(up ? endpoint : new Endpoint(endpoint.address(), endpoint.weight(), true));
    }
    return service.with(endpoints);
  }

  /** Returns whether an endpoint works as far as is known; true when it is not checked. */
  public synchronized boolean isUp(String service, SocketAddress endpoint) {
    Watch watch = watches.get(new Place(service, endpoint));
    return watch == null || watch.health.up();
  }

  /** Returns what was wrong with an endpoint when it was last asked; null for nothing. */
  public synchronized @Nullable String problem(String service, SocketAddress endpoint) {
    Watch watch = watches.get(new Place(service, endpoint));
    return watch == null ? null : watch.health.problem();
  }

  /** Checks nothing any more, and waits for the checks that are under way. */
  @Override
  public void close() {
    List<Watch> left;
    synchronized (this) {
      left = List.copyOf(watches.values());
      watches.clear();
    }
    for (Watch watch : left) {
      watch.thread.interrupt();
    }
    boolean interrupted = false;
    for (Watch watch : left) {
      interrupted |= !joined(watch.thread);
    }
    timer.shutdownNow();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean joined(Thread thread) {
    try {
      thread.join();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
