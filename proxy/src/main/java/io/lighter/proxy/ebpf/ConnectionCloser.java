package io.lighter.proxy.ebpf;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.InetSocket;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.NetlinkFlags;
import io.lighter.linux.NetlinkSocket;
import io.lighter.linux.SocketDiagnosis;
import io.lighter.linux.SocketFlags;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Transport;
import io.lighter.proxy.thread.ThreadEnd;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections with endpoints that have gone: those of TCP when the service's time to drain
 * is over, if it has one, and those of UDP at once, whose socket would go on sending to nobody.
 *
 * <p>A connection is the service's when a program has noted its socket: so who connected to the
 * endpoint by itself is left alone. Sockets are looked for in the network namespaces of the
 * cgroup's processes.
 *
 * <p>Safe for use by many threads.
 */
final class ConnectionCloser implements Ledger.Watcher, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ConnectionCloser.class.getName());

  /** A service's connections with one endpoint. */
  private record Target(int protocol, int service, InetSocketAddress endpoint) {}

  private final Linux linux;
  private final ClientNamespaces namespaces;
  private final Tables tables;

  /** When each is closed, by the clock of {@link System#nanoTime}. */
  private final Map<Target, Long> due = new HashMap<>();

  private @Nullable Thread thread;
  private boolean closed;

  ConnectionCloser(Linux linux, ClientNamespaces namespaces, Tables tables) {
    this.linux = linux;
    this.namespaces = namespaces;
    this.tables = tables;
  }

  @Override
  public synchronized void left(
      Service service, int id, InetSocketAddress endpoint, boolean removed) {
    boolean tcp = service.transport() == Transport.TCP;
    long drain = service.behaviour().timeouts().drain().toNanos();
    if (closed || (tcp && drain == 0) || (!tcp && !removed)) {
      return;
    }
    int protocol = FrontendKey.protocol(service.transport());
    long when = System.nanoTime() + (tcp ? drain : 0);
    due.putIfAbsent(new Target(protocol, id, endpoint), when);
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name("lighter-drain").start(this::run);
    }
    notifyAll();
  }

  @Override
  public synchronized void joined(int id, InetSocketAddress endpoint) {
    due.remove(new Target(SocketFlags.IPPROTO_TCP, id, endpoint));
    due.remove(new Target(SocketFlags.IPPROTO_UDP, id, endpoint));
  }

  private void run() {
    try {
      while (true) {
        Set<Target> targets = await();
        try {
          close(targets);
        } catch (RuntimeException e) {
          LOG.log(Level.WARNING, "connections with endpoints that have gone are left open", e);
        }
      }
    } catch (InterruptedException e) {
      // The balancer is closed: what was due later is not closed.
      return;
    }
  }

  private synchronized Set<Target> await() throws InterruptedException {
    while (true) {
      long now = System.nanoTime();
      long earliest = Long.MAX_VALUE;
      Set<Target> ready = new HashSet<>();
      for (Map.Entry<Target, Long> entry : due.entrySet()) {
        long left = entry.getValue() - now;
        if (left <= 0) {
          ready.add(entry.getKey());
        } else {
          earliest = Math.min(earliest, left);
        }
      }
      if (!ready.isEmpty()) {
        due.keySet().removeAll(ready);
        return ready;
      }
      if (earliest == Long.MAX_VALUE) {
        wait();
      } else {
        // Not 0, which would be for ever.
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(earliest, 1));
      }
    }
  }

  /** Closes the connections of a service with an endpoint; returns how many there were. */
  int close(Transport transport, int service, InetSocketAddress endpoint) {
    return close(Set.of(new Target(FrontendKey.protocol(transport), service, endpoint)));
  }

  private int close(Set<Target> targets) {
    int found = 0;
    for (Fd namespace : namespaces.open().values()) {
      try (namespace;
          Arena arena = Arena.ofConfined();
          NetlinkSocket netlink =
              linux.netlink().openIn(namespace, NetlinkFlags.NETLINK_SOCK_DIAG, arena)) {
        SocketDiagnosis sockets = new SocketDiagnosis(netlink);
        for (int protocol : new int[] {SocketFlags.IPPROTO_TCP, SocketFlags.IPPROTO_UDP}) {
          if (targets.stream().anyMatch(target -> target.protocol == protocol)) {
            found += close(sockets, protocol, targets, arena);
          }
        }
      }
    }
    return found;
  }

  private int close(SocketDiagnosis sockets, int protocol, Set<Target> targets, Arena arena) {
    Set<InetSocketAddress> endpoints = new HashSet<>();
    targets.forEach(target -> endpoints.add(target.endpoint));
    NotedSockets noted = new NotedSockets(linux.bpfMaps(), tables, arena);
    int found = 0;
    // Also one of IPv6 may be connected to an address of IPv4.
    for (int family : new int[] {SocketFlags.AF_INET, SocketFlags.AF_INET6}) {
      for (InetSocket socket : sockets.connected(family, protocol)) {
        if (endpoints.contains(socket.remote())
            && targets.contains(
                new Target(protocol, noted.service(protocol, socket), socket.remote()))
            && destroy(sockets, socket)) {
          found++;
        }
      }
    }
    return found;
  }

  private static boolean destroy(SocketDiagnosis sockets, InetSocket socket) {
    try {
      return sockets.destroy(socket);
    } catch (LinuxException e) {
      if (e.errno() == Errno.EOPNOTSUPP) {
        throw new UnsupportedOperationException(
            "the kernel cannot close connections of others: it was built without"
                + " CONFIG_INET_DIAG_DESTROY",
            e);
      }
      throw e;
    }
  }

  /** Ends its thread. What is due is not closed. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      due.clear();
      running = thread;
      thread = null;
    }
    if (running == null) {
      return;
    }
    running.interrupt();
    ThreadEnd.await(running);
  }
}
