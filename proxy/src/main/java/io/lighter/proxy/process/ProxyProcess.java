package io.lighter.proxy.process;

import io.lighter.linux.Linux;
import io.lighter.proxy.LoadBalancer;
import io.lighter.proxy.config.ConfigException;
import io.lighter.proxy.config.ConfigFile;
import io.lighter.proxy.config.KubernetesInput;
import io.lighter.proxy.config.ProxyConfig;
import io.lighter.proxy.config.Tier;
import io.lighter.proxy.ebpf.UnavailableException;
import io.lighter.proxy.handover.Estate;
import io.lighter.proxy.handover.Predecessor;
import io.lighter.proxy.handover.Succession;
import io.lighter.proxy.kube.Differences;
import io.lighter.proxy.relay.InheritedSockets;
import io.lighter.proxy.relay.OfferedSocket;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceChanges;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A load balancer that does what a file says.
 *
 * <p>Services change without losing a connection, by {@link #reload} and whenever a manifest of
 * Kubernetes does. All else is what the file said at the start.
 *
 * <p>Thread-safe.
 */
public final class ProxyProcess implements AutoCloseable {
  private final Path file;
  private final Consumer<String> says;
  private final ProxyConfig start;
  private final ProxyParts parts;
  private final LoadBalancer balancer;
  private final HealthCheckPorts healthPorts = new HealthCheckPorts();
  private @Nullable ManifestWatch watch;
  private ProxyConfig config;
  private @Nullable KubernetesServices kubernetes;

  /** Whether the balancer may not have all that the rules have told: something was refused. */
  private boolean isBehind;

  private @Nullable Succession succession;

  /** Whether another process is about to take over. */
  private boolean offered;

  private final CompletableFuture<Void> left = new CompletableFuture<>();
  private boolean closed;

  private ProxyProcess(Path file, Consumer<String> says, ProxyConfig start, ProxyParts parts) {
    this.file = file;
    this.says = says;
    this.start = start;
    this.config = start;
    this.parts = parts;
    this.balancer = parts.balancer();
  }

  /**
   * Reads the file and balances what it says.
   *
   * @param says gets each message for who runs this, a line each
   * @throws ConfigException tells all that is wrong in the file
   * @throws IOException when something cannot be read or had
   * @throws IllegalArgumentException when a service asks for what cannot be done
   */
  public static ProxyProcess start(Linux linux, Path file, Consumer<String> says)
      throws IOException, ConfigException {
    ProxyConfig config = ConfigFile.read(file);
    Path control = config.control();
    Predecessor predecessor = control == null ? null : Predecessor.find(linux, control);
    if (predecessor == null) {
      return start(linux, file, config, null, says);
    }
    try (predecessor) {
      ProxyProcess process = start(linux, file, config, predecessor, says);
      says.accept("took over from the process that served " + control);
      return process;
    }
  }

  private static ProxyProcess start(
      Linux linux,
      Path file,
      ProxyConfig config,
      @Nullable Predecessor predecessor,
      Consumer<String> says)
      throws IOException {
    try {
      return start(linux, file, config, config.tier(), predecessor, says);
    } catch (UnavailableException e) {
      // Some hosts let us make maps and programs, and not attach them.
      ProxyParts.tellOrRefuse(config.tier(), e, says);
      return start(linux, file, config, Tier.EPOLL, predecessor, says);
    }
  }

  private static ProxyProcess start(
      Linux linux,
      Path file,
      ProxyConfig config,
      Tier tier,
      @Nullable Predecessor predecessor,
      Consumer<String> says)
      throws IOException {
    InheritedSockets inherited = predecessor == null ? null : predecessor.sockets();
    ProxyParts parts = ProxyParts.open(linux, config, tier, inherited, says);
    ProxyProcess process = new ProxyProcess(file, says, config, parts);
    try {
      process.balance(config);
      String obstacle = process.balancer.turboObstacle();
      if (tier == Tier.EBPF && obstacle != null) {
        throw new IllegalArgumentException("tier: ebpf: turbo is not to be had: " + obstacle);
      }
      if (predecessor != null) {
        predecessor.take();
        process.balancer.begin();
        predecessor.letGo();
      }
      process.awaitSuccessor(linux, predecessor);
      return process;
    } catch (IOException | RuntimeException e) {
      process.abandon();
      throw e;
    }
  }

  private void awaitSuccessor(Linux linux, @Nullable Predecessor predecessor) throws IOException {
    Path control = start.control();
    if (control != null) {
      succession = Succession.await(linux, control, predecessor, new OwnEstate(), says);
    }
  }

  /** What this has that a process takes over which is started with the same control socket. */
  private final class OwnEstate implements Estate {
    @Override
    public List<OfferedSocket> offer() {
      synchronized (ProxyProcess.this) {
        offered = true;
        healthPorts.close();
        parts.free();
        return balancer.offer();
      }
    }

    @Override
    public void settle() {
      balancer.settle();
    }

    @Override
    public void keep() {
      synchronized (ProxyProcess.this) {
        offered = false;
        if (!closed) {
          parts.takeBack();
          manifestsChanged();
        }
      }
    }

    @Override
    public void leave() {
      parts.removeUnlessTaken();
      says.accept("another process has taken over: this one ends when its connections have");
      left.complete(null);
    }
  }

  /**
   * Reads the file again. When it is wrong, or cannot be, all goes on as before.
   *
   * @return whether it holds now
   */
  public synchronized boolean reload() {
    if (closed) {
      return false;
    }
    if (offered) {
      says.accept("not reloaded: another process takes over, and has read the file");
      return false;
    }
    try {
      ProxyConfig changed = ConfigFile.read(file);
      if (changed.threads() != start.threads()
          || changed.backlog() != start.backlog()
          || !changed.greeting().equals(start.greeting())
          || !Objects.equals(changed.metrics(), start.metrics())
          || !Objects.equals(changed.accessLog(), start.accessLog())
          || !Objects.equals(changed.cgroup(), start.cgroup())
          || !Objects.equals(changed.control(), start.control())
          || changed.tier() != start.tier()) {
        says.accept(
            "threads, backlog, greeting, metrics, accessLog, cgroup, control and tier stay as they"
                + " were at the start, until the next start");
      }
      parts.reopenAccessLog();
      balance(changed);
      says.accept("reloaded " + file);
      return true;
    } catch (ConfigException | IOException | IllegalArgumentException e) {
      says.accept("not reloaded, all goes on as before: " + e.getMessage());
      return false;
    }
  }

  private synchronized void balance(ProxyConfig wanted) throws IOException {
    KubernetesInput input = wanted.kubernetes();
    KubernetesServices present = kubernetes;
    boolean same = present != null && present.input().equals(input);
    KubernetesServices changed =
        same ? present : input == null ? null : new KubernetesServices(input);
    apply(wanted, changed);
    if (!same) {
      replaceWatch(input);
    }
    config = wanted;
    kubernetes = changed;
  }

  private void apply(ProxyConfig wanted, @Nullable KubernetesServices changed) throws IOException {
    List<Service> services = new ArrayList<>(wanted.services().services());
    if (changed != null) {
      tell(changed.read());
      changed.services().forEach(service -> services.add(withUsableTurbo(service)));
    }
    isBehind = true;
    balancer.apply(new ServiceTable(services)).forEach(says);
    isBehind = false;
    serveHealth(changed);
  }

  /** Applies no more than what has changed. */
  private void applyDifferences(KubernetesServices changed) throws IOException {
    Differences differences = changed.read();
    tell(differences);
    isBehind = true;
    List<Service> put = new ArrayList<>();
    for (Service service : differences.changes().put()) {
      if (config.services().byName().containsKey(service.name())) {
        throw new IllegalArgumentException("there are two services " + service.name());
      }
      put.add(withUsableTurbo(service));
    }
    balancer.apply(new ServiceChanges(put, differences.changes().removed())).forEach(says);
    isBehind = false;
    serveHealth(changed);
  }

  private void tell(Differences differences) {
    differences.warnings().forEach(says);
    differences.errors().forEach(says);
  }

  private void serveHealth(@Nullable KubernetesServices changed) {
    healthPorts.serve(changed == null ? List.of() : changed.healthChecks()).forEach(says);
  }

  /** An annotation of one object must not keep all the others from being served. */
  private Service withUsableTurbo(Service service) {
    if (!service.behaviour().turbo() || service.transport() == Transport.TCP) {
      return service;
    }
    says.accept("service " + service.name() + ": turbo is left out: it is for TCP only");
    return service.with(service.behaviour().withTurbo(false));
  }

  private void replaceWatch(@Nullable KubernetesInput input) throws IOException {
    if (watch != null) {
      watch.stop(); // not closed, which waits for its thread, which may wait for us
      watch = null;
    }
    if (input != null) {
      watch = ManifestWatch.start(input.manifests(), this::manifestsChanged);
    }
  }

  private synchronized void manifestsChanged() {
    KubernetesServices changed = kubernetes;
    if (closed || offered || changed == null) {
      return;
    }
    try {
      if (isBehind) {
        apply(config, changed);
      } else {
        applyDifferences(changed);
      }
    } catch (IOException | IllegalArgumentException e) {
      says.accept("the manifests are left out, all goes on as before: " + e.getMessage());
    }
  }

  /** Returns the balancer, for its figures. */
  public LoadBalancer balancer() {
    return balancer;
  }

  /** Returns where metrics are, or null for nowhere. */
  public @Nullable InetSocketAddress metricsAddress() {
    return parts.metricsAddress();
  }

  /**
   * Completes when another process has taken over: then all that is left to do is to {@link #end}.
   * Thus it never completes without {@code control}.
   */
  public CompletableFuture<Void> takenOver() {
    return left;
  }

  /**
   * Takes no clients any more, lets connections end for as long as the file grants, and closes.
   *
   * @return whether all have ended by themselves
   */
  public boolean end() throws InterruptedException {
    stopChanges();
    boolean ended = balancer.drain(config.grace());
    close();
    return ended;
  }

  private void stopChanges() {
    ManifestWatch ending;
    Succession awaiting;
    synchronized (this) {
      closed = true;
      ending = watch;
      watch = null;
      awaiting = succession;
      succession = null;
    }
    if (awaiting != null) {
      awaiting.close();
    }
    try {
      if (ending != null) {
        ending.close();
      }
    } catch (IOException e) {
      says.accept("the watch of manifests could not be closed: " + e.getMessage());
    }
  }

  /** Ends everything at once. */
  @Override
  public void close() {
    stopChanges();
    healthPorts.close();
    parts.close();
  }

  /** Ends everything at once, and leaves what another process had begun. */
  private void abandon() {
    stopChanges();
    healthPorts.close();
    parts.abandon();
  }
}
