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
import io.lighter.proxy.relay.RelayConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a proxy has from its start to its end, as its file says at the start. */
final class ProxyParts {
  private final Linux linux;
  private final ProxyConfig config;
  private final Tier tier;
  private final Consumer<String> says;

  /** The last first. */
  private final Deque<Runnable> closings = new ArrayDeque<>();

  private @Nullable Fd accessLog;
  private @Nullable MetricsServer metrics;
  private @Nullable LoadBalancer balancer;

  private ProxyParts(Linux linux, ProxyConfig config, Tier tier, Consumer<String> says) {
    this.linux = linux;
    this.tier = tier;
    this.config = config;
    this.says = says;
  }

  /**
   * Opens all of them.
   *
   * @param tier that of the file, or less
   * @throws IOException when one cannot be had; nothing is left open
   */
  static ProxyParts open(Linux linux, ProxyConfig config, Tier tier, Consumer<String> says)
      throws IOException {
    ProxyParts parts = new ProxyParts(linux, config, tier, says);
    try {
      parts.open();
      return parts;
    } catch (IOException | RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  private void open() throws IOException {
    RelayConfig relay =
        RelayConfig.of(e -> says.accept("an error of the proxy itself: " + e))
            .withBacklog(config.backlog())
            .withGreetingTimeout(config.greeting());
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
    closings.push(opened::close);
    balancer = opened;
    InetSocketAddress at = config.metrics();
    if (at != null) {
      MetricsServer server = MetricsServer.start(at, new ProxyMetrics(opened));
      closings.push(server::close);
      metrics = server;
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
      kernel.close();
      throw e;
    }
  }

  /** Opens tier two, where it is to be had. */
  private @Nullable ConnectBalancer openKernel() {
    Path wanted = config.cgroup();
    try {
      Path folder = wanted == null ? CgroupRoot.find() : wanted;
      int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
      try (Fd cgroup = linux.files().openat(Fd.WORKING_FOLDER, folder.toString(), flags, 0)) {
        return ConnectBalancer.open(linux, cgroup, Capacity.DEFAULT);
      }
    } catch (UnavailableException | LinuxException | IllegalStateException | IOException e) {
      tellOrRefuse(tier, e, says);
      return null;
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
    return metrics == null ? null : metrics.address();
  }

  /** Opens the file of the access log again, which somebody may have renamed. */
  void reopenAccessLog() {
    Path log = config.accessLog();
    if (log != null && accessLog != null) {
      AccessLogFile.reopen(linux, log, accessLog);
    }
  }

  /** Closes all of them. */
  void close() {
    while (!closings.isEmpty()) {
      closings.pop().run();
    }
  }
}
