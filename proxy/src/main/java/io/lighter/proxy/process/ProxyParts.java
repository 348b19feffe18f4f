package io.lighter.proxy.process;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.proxy.LoadBalancer;
import io.lighter.proxy.config.ProxyConfig;
import io.lighter.proxy.config.Tier;
import io.lighter.proxy.ebpf.Capacity;
import io.lighter.proxy.ebpf.ConnectBalancer;
import io.lighter.proxy.ebpf.UnavailableException;
import io.lighter.proxy.metrics.MetricsServer;
import io.lighter.proxy.metrics.ProxyMetrics;
import io.lighter.proxy.relay.InheritedSockets;
import io.lighter.proxy.relay.RelayConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a proxy has from its start to its end, as its file says at the start. */
final class ProxyParts {
  private static final long PATIENCE_NANOS = 5_000_000_000L;
  private static final Duration LOOK = Duration.ofMillis(20);

  private final Linux linux;
  private final ProxyConfig config;
  private final Tier tier;
  private final @Nullable InheritedSockets inherited;
  private final Consumer<String> says;

  /** The last first. */
  private final Deque<Runnable> closings = new ArrayDeque<>();

  private @Nullable Fd accessLog;
  private volatile @Nullable MetricsServer metrics;
  private boolean hasKernel;
  private @Nullable LoadBalancer balancer;

  private ProxyParts(
      Linux linux,
      ProxyConfig config,
      Tier tier,
      @Nullable InheritedSockets inherited,
      Consumer<String> says) {
    this.inherited = inherited;
    this.linux = linux;
    this.tier = tier;
    this.config = config;
    this.says = says;
  }

  /**
   * Opens all of them.
   *
   * @param tier that of the file, or less
   * @param inherited listening sockets of a process whose place this one takes; null for none
   * @throws IOException when one cannot be had; nothing is left open
   */
  static ProxyParts open(
      Linux linux,
      ProxyConfig config,
      Tier tier,
      @Nullable InheritedSockets inherited,
      Consumer<String> says)
      throws IOException {
    ProxyParts parts = new ProxyParts(linux, config, tier, inherited, says);
    try {
      parts.open();
      return parts;
    } catch (IOException | RuntimeException e) {
      parts.abandon();
      throw e;
    }
  }

  private void open() throws IOException {
    RelayConfig relay =
        RelayConfig.of(e -> says.accept("an error of the proxy itself: " + e))
            .withBacklog(config.backlog())
            .withGreetingTimeout(config.greeting());
    if (inherited != null) {
      relay = relay.with(inherited);
    }
    if (config.threads() > 0) {
      relay = relay.withLoops(config.threads());
    }
    Path log = config.accessLog();
    if (log != null) {
      Fd opened = AccessLogFile.open(linux, log);
      closings.push(opened::close);
      accessLog = opened;
      relay = relay.withAccessLog(opened);
    }
    LoadBalancer opened = openBalancer(relay);
    opened.onProblem(says);
    closings.push(opened::close);
    balancer = opened;
    closings.push(this::closeMetrics);
    openMetrics();
  }

  private void openMetrics() throws IOException {
    InetSocketAddress at = config.metrics();
    if (at != null) {
      metrics = MetricsServer.start(at, new ProxyMetrics(balancer()));
    }
  }

  private void closeMetrics() {
    MetricsServer now = metrics;
    metrics = null;
    if (now != null) {
      now.close();
    }
  }

  /** Frees what another process that takes this one's place cannot have at the same time. */
  void free() {
    closeMetrics();
    balancer().leaveKernel();
  }

  /** Takes back what was freed, as the other process did not come about. */
  void takeBack() {
    try {
      openMetrics();
    } catch (IOException e) {
      says.accept(e.getMessage());
    }
    if (hasKernel) {
      ConnectBalancer again = openKernelAgain(System.nanoTime() + PATIENCE_NANOS);
      if (again != null) {
        balancer().takeKernelBack(again).forEach(says);
      }
    }
  }

  /** A process that was killed has its locks for as long as the kernel takes to end it. */
  private @Nullable ConnectBalancer openKernelAgain(long deadline) {
    while (true) {
      try {
        return connectBalancer();
      } catch (UnavailableException | LinuxException | IllegalStateException | IOException e) {
        if (System.nanoTime() - deadline > 0) {
          says.accept(e.getMessage() + "; what the kernel balances stays as it is");
          return null;
        }
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
  }

  /**
   * Has the kernel balance no longer, unless the process that took this one's place does: it may
   * have been told to do without the kernel, or with another cgroup.
   */
  void removeUnlessTaken() {
    if (hasKernel) {
      try {
        connectBalancer().close();
      } catch (IllegalStateException e) {
        // It has the lock.
      } catch (UnavailableException | LinuxException | IOException e) {
        says.accept("what the kernel balanced may be left: " + e.getMessage());
      }
    }
  }

  private LoadBalancer openBalancer(RelayConfig relay) {
    ConnectBalancer kernel = tier == Tier.EPOLL ? null : openKernel();
    if (kernel == null) {
      return LoadBalancer.open(linux, relay);
    }
    try {
      return LoadBalancer.open(linux, relay, kernel);
    } catch (RuntimeException e) {
      if (inherited == null) {
        kernel.close();
      } else {
        kernel.leave();
      }
      throw e;
    }
  }

  /** Opens tier two, where it is to be had. */
  private @Nullable ConnectBalancer openKernel() {
    try {
      ConnectBalancer opened = connectBalancer();
      hasKernel = true;
      return opened;
    } catch (UnavailableException | LinuxException | IllegalStateException | IOException e) {
      tellOrRefuse(tier, e, says);
      return null;
    }
  }

  private ConnectBalancer connectBalancer() throws IOException {
    Path wanted = config.cgroup();
    Path folder = wanted == null ? CgroupRoot.find() : wanted;
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    try (Fd cgroup = linux.files().openat(Fd.WORKING_FOLDER, folder.toString(), flags, 0)) {
      return ConnectBalancer.open(linux, cgroup, Capacity.DEFAULT);
    }
  }

  /** Tier two is not to be had: tier one takes all, unless the file demands otherwise. */
  static void tellOrRefuse(Tier tier, Exception why, Consumer<String> says) {
    if (tier == Tier.EBPF) {
      throw new IllegalArgumentException("tier: ebpf: " + why.getMessage(), why);
    }
    says.accept(why.getMessage() + "; the proxy takes all");
  }

  LoadBalancer balancer() {
    return Objects.requireNonNull(balancer);
  }

  /** Returns where metrics are; null for nowhere. */
  @Nullable InetSocketAddress metricsAddress() {
    MetricsServer now = metrics;
    return now == null ? null : now.address();
  }

  /** Opens the file of the access log again, which somebody may have renamed. */
  void reopenAccessLog() {
    Path log = config.accessLog();
    if (log != null && accessLog != null) {
      AccessLogFile.reopen(linux, log, accessLog);
    }
  }

  /** Closes all of them, and leaves the kernel to the process before this one, if there is one. */
  void abandon() {
    if (inherited != null && balancer != null) {
      balancer.leaveKernel();
    }
    close();
  }

  /** Closes all of them. */
  void close() {
    while (!closings.isEmpty()) {
      closings.pop().run();
    }
  }
}
