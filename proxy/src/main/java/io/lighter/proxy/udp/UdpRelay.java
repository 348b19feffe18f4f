package io.lighter.proxy.udp;

import io.lighter.linux.Linux;
import io.lighter.proxy.relay.Binding;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.ProxyHeaders;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceChanges;
import io.lighter.proxy.service.ServicePlaces;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Passes the datagrams of clients to endpoints, and the answers back.
 *
 * <p>Thread-safe. One thread a loop; services may change at any time, and flows go on but those of
 * endpoints that are gone.
 */
public final class UdpRelay implements AutoCloseable {
  private final List<UdpLoop> loops = new ArrayList<>();
  private final ServicePlaces known = new ServicePlaces();
  private final Map<String, UdpService> services = new LinkedHashMap<>();
  private boolean closed;

  private UdpRelay(Linux linux, int count, Binding binding) {
    for (int i = 0; i < count; i++) {
      loops.add(new UdpLoop(linux, i, binding));
    }
    loops.forEach(UdpLoop::start);
  }

  /**
   * Opens one without services.
   *
   * @param loops threads, at least 1
   * @param binding is asked before a socket is bound
   */
  public static UdpRelay open(Linux linux, int loops, Binding binding) {
    if (loops < 1) {
      throw new IllegalArgumentException("a relay needs a loop, not " + loops);
    }
    return new UdpRelay(linux, loops, binding);
  }

  /**
   * Takes the UDP services of a table, and none besides; those of TCP are left out. Else it is as
   * {@link #apply(ServiceChanges)}.
   */
  public synchronized List<String> apply(ServiceTable table) {
    List<Service> wanted =
        table.services().stream().filter(s -> s.transport() == Transport.UDP).toList();
    return apply(ServiceChanges.to(new ServiceTable(wanted), known.byName().keySet()));
  }

  /**
   * Looks whether changes can be done.
   *
   * @throws IllegalArgumentException when they cannot
   */
  public synchronized void check(ServiceChanges changes) {
    changes.put().forEach(UdpRelay::check);
    known.preview(changes);
  }

  /**
   * Takes other services from now on; costs as much as changes.
   *
   * @param changes of UDP services
   * @return what keeps their frontends from being there, such as an address in use; the others are
   *     there
   * @throws IllegalArgumentException when a service wants what cannot be done for datagrams; then
   *     nothing has changed
   */
  public synchronized List<String> apply(ServiceChanges changes) {
    if (closed) {
      throw new IllegalStateException("the relay is closed");
    }
    changes.put().forEach(UdpRelay::check);
    ServicePlaces.Preview preview = known.preview(changes);
    long now = System.nanoTime();
    for (String name : changes.removed()) {
      UdpService gone = services.remove(name);
      if (gone != null) {
        gone.remove();
      }
    }
    for (Service config : changes.put()) {
      UdpService service = services.get(config.name());
      if (service == null) {
        services.put(config.name(), new UdpService(config, now));
      } else {
        service.configure(config, now);
      }
    }
    known.commit(preview);
    Map<InetSocketAddress, @Nullable UdpService> frontends = new LinkedHashMap<>();
    preview
        .tenants()
        .forEach(
            (place, there) ->
                frontends.put(
                    place.address(),
                    there.isEmpty() ? null : services.get(there.getFirst().name())));
    return frontends.isEmpty() ? List.of() : listen(frontends);
  }

  private List<String> listen(Map<InetSocketAddress, @Nullable UdpService> frontends) {
    List<CompletableFuture<List<String>>> answers = new ArrayList<>();
    for (UdpLoop loop : loops) {
      CompletableFuture<List<String>> answer = new CompletableFuture<>();
      answers.add(answer);
      loop.execute(
          () -> {
            try {
              answer.complete(loop.listen(frontends));
            } catch (RuntimeException e) {
              answer.completeExceptionally(e);
            }
          });
    }
    Set<String> problems = new LinkedHashSet<>();
    answers.forEach(answer -> problems.addAll(answer.join()));
    return List.copyOf(problems);
  }

  private static void check(Service service) {
    if (service.transport() != Transport.UDP) {
      throw refused(service, "this relay passes datagrams, not TCP");
    }
    Behaviour behaviour = service.behaviour();
    if (!behaviour.headers().equals(ProxyHeaders.NONE)) {
      throw refused(service, "the PROXY protocol is for TCP only");
    }
    if (behaviour.transparent()) {
      throw refused(service, "the client's address as the source (transparent) is for TCP only");
    }
    if (behaviour.turbo()) {
      throw refused(service, "to skip TCP (turbo) is for TCP only");
    }
  }

  private static IllegalArgumentException refused(Service service, String why) {
    return new IllegalArgumentException("service " + service.name() + ": " + why);
  }

  /** Returns what has happened at each service, by its name. */
  public synchronized Map<String, UdpStatistics> statistics() {
    Map<String, UdpStatistics> all = new LinkedHashMap<>();
    services.forEach((name, service) -> all.put(name, service.statistics()));
    return all;
  }

  /** Ends all flows, and closes all sockets. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    boolean interrupted = false;
    for (UdpLoop loop : loops) {
      interrupted |= stop(loop);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether it was interrupted meanwhile; it waits all the same. */
  private static boolean stop(UdpLoop loop) {
    boolean interrupted = false;
    while (true) {
      try {
        loop.stop();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
