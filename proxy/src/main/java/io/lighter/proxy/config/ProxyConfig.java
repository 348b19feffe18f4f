package io.lighter.proxy.config;

import io.lighter.proxy.service.ServiceTable;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All that {@code lighter proxy} is told by its file.
 *
 * @param services that the file names itself
 * @param kubernetes further services, or null for none
 * @param threads event loops of tier one; 0 for one a core
 * @param cgroup the folder in the cgroup v2 tree whose processes tier two serves, or null for the
 *     root of the tree, which is all processes
 * @param metrics where Prometheus gets its figures over HTTP, or null for nowhere
 * @param accessLog a file that gets a line a connection, or null for none
 * @param control a Unix socket by which a new process takes over the listening sockets, or null for
 *     none
 * @param grace how long connections may go on when the proxy is told to end; zero for as long as
 *     they want
 * @param backlog clients that may wait to be accepted at each listener; the kernel takes no more
 *     than {@code net.core.somaxconn}
 * @param greeting how long a client may take to send its PROXY header and its ClientHello, where
 *     they are expected; longer than zero
 */
public record ProxyConfig(
    ServiceTable services,
    @Nullable KubernetesInput kubernetes,
    int threads,
    Tier tier,
    @Nullable Path cgroup,
    @Nullable InetSocketAddress metrics,
    @Nullable Path accessLog,
    @Nullable Path control,
    Duration grace,
    int backlog,
    Duration greeting) {
  /** The most threads that can be asked for. */
  public static final int MOST_THREADS = 1024;

  /** The longest queue that the kernel can be told. */
  public static final int MOST_BACKLOG = 65_535;

  /** What an empty file says. */
  public static final ProxyConfig DEFAULT =
      new ProxyConfig(
          ServiceTable.EMPTY,
          null,
          0,
          Tier.AUTO,
          null,
          null,
          null,
          null,
          Duration.ofSeconds(30),
          4096,
          Duration.ofSeconds(5));

  /** Checks the figures. */
  public ProxyConfig {
    if (threads < 0 || threads > MOST_THREADS) {
      throw new IllegalArgumentException("there can be 0 to " + MOST_THREADS + " threads");
    }
    if (backlog < 1 || backlog > MOST_BACKLOG) {
      throw new IllegalArgumentException("a backlog goes from 1 to " + MOST_BACKLOG);
    }
    if (greeting.isNegative() || greeting.isZero()) {
      throw new IllegalArgumentException("the time for a greeting is longer than zero");
    }
    if (grace.isNegative()) {
      throw new IllegalArgumentException("the grace is negative: " + grace);
    }
  }
}
