package io.lighter.proxy.udp;

import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.proxy.relay.Binding;
import io.lighter.proxy.relay.ClientSource;
import io.lighter.proxy.relay.InheritedSockets;
import io.lighter.proxy.relay.OfferedSocket;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Passes the datagrams of clients to endpoints, and the answers back.
 *
 * <p>Thread-safe. One thread a loop; services may change at any time, and flows go on but those of
 * endpoints that are gone.
 */
public final class UdpRelay implements AutoCloseable {
  private final Linux linux;
  private final List<UdpLoop> loops = new ArrayList<>();
  private final ServicePlaces known = new ServicePlaces();
  private final Map<String, UdpService> services = new LinkedHashMap<>();
  private boolean closed;

  private UdpRelay(Linux linux, int count, Binding binding, InheritedSockets inherited) {
    this.linux = linux;
    UdpSockets sockets = new UdpSockets(linux, binding, inherited, count);
    for (int i = 0; i < count; i++) {
      loops.add(new UdpLoop(linux, i, sockets));
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
    return open(linux, loops, binding, InheritedSockets.NONE);
  }

  /**
   * Opens one that takes the place of another process.
   *
   * @param inherited its sockets; those that are taken are not read before {@link #begin}
   */
  public static UdpRelay open(Linux linux, int loops, Binding binding, InheritedSockets inherited) {
    if (loops < 1) {
      throw new IllegalArgumentException("a relay needs a loop, not " + loops);
    }
    return new UdpRelay(linux, loops, binding, inherited);
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
    changes.put().forEach(this::check);
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
    changes.put().forEach(this::check);
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
    Set<String> problems = new LinkedHashSet<>();
    ask(loop -> loop.listen(frontends)).forEach(problems::addAll);
    return List.copyOf(problems);
  }

  /** Has every loop's thread do something, and waits for the answers. */
  private <T> List<T> ask(Function<UdpLoop, T> question) {
    List<CompletableFuture<T>> answers = new ArrayList<>();
    for (UdpLoop loop : loops) {
      CompletableFuture<T> answer = new CompletableFuture<>();
      answers.add(answer);
      loop.execute(
          () -> {
            try {
              answer.complete(question.apply(loop));
            } catch (RuntimeException e) {
              answer.completeExceptionally(e);
            }
          });
    }
    return answers.stream().map(CompletableFuture::join).toList();
  }

  /** Reads at the sockets that were inherited: the process that had them does it no longer. */
  public synchronized void begin() {
    ask(
        loop -> {
          loop.frontends().begin();
          return loop;
        });
  }

  /**
   * Offers the sockets of all clients to another process. One that is released goes on to answer
   * the clients that it has flows of, until nobody uses them.
   *
   * @throws LinuxException EMFILE when there is no room for the copies; none is left open
   */
  public synchronized List<OfferedSocket> offer() {
    List<OfferedSocket> offered = new CopyOnWriteArrayList<>();
    try {
      ask(loop -> offered.addAll(loop.frontends().offer(loop)));
      return offered;
    } catch (CompletionException e) {
      settle();
      offered.forEach(OfferedSocket::close);
      throw e.getCause() instanceof LinuxException cause ? cause : e;
    }
  }

  /** Waits until the loops have done what {@link OfferedSocket}s were told. */
  public synchronized void settle() {
    flowsLeft();
  }

  /** Returns how many flows there are of sockets that are another process' now. */
  public synchronized int flowsLeft() {
    return ask(loop -> loop.frontends().flowsLeft()).stream().mapToInt(Integer::intValue).sum();
  }

  private void check(Service service) {
    if (service.transport() != Transport.UDP) {
      throw refused(service, "this relay passes datagrams, not TCP");
    }
    Behaviour behaviour = service.behaviour();
    if (!behaviour.headers().equals(ProxyHeaders.NONE)) {
      throw refused(service, "the PROXY protocol is for TCP only");
    }
    if (behaviour.transparent()) {
      String obstacle = ClientSource.obstacle(linux, service);
      if (obstacle != null) {
        throw refused(service, "it asks for the clients' addresses as source, " + obstacle);
      }
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
    loops.forEach(UdpLoop::stop);
  }
}
