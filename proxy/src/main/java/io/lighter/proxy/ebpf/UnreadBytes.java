package io.lighter.proxy.ebpf;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.NetlinkFlags;
import io.lighter.linux.NetlinkSocket;
import io.lighter.linux.SocketDiagnosis;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Tells how much a socket has received that nobody has read, in whichever network namespace of the
 * clients it is. For one thread.
 */
final class UnreadBytes implements AutoCloseable {
  /** How old the list of namespaces is at least when it is made anew for a socket not found. */
  private static final long MIN_AGE = TimeUnit.MILLISECONDS.toNanos(100);

  /** How long after the last question it holds the namespaces. */
  private static final long IDLE = TimeUnit.MINUTES.toNanos(1);

  /** Looks into one namespace, which lasts as long. */
  private record View(NetlinkSocket socket, Arena memory) {
    void close() {
      socket.close();
      memory.close();
    }
  }

  private final Linux linux;
  private final ClientNamespaces namespaces;
  private final Map<Path, View> views = new HashMap<>();
  private long refreshed;
  private long asked;

  UnreadBytes(Linux linux, ClientNamespaces namespaces) {
    this.linux = linux;
    this.namespaces = namespaces;
  }

  /**
   * Returns the bytes; of several sockets of the same addresses, in different namespaces, those of
   * the one that has most.
   *
   * @return -1 when there is no such socket
   */
  long of(InetSocketAddress local, InetSocketAddress remote) {
    asked = System.nanoTime();
    if (views.isEmpty()) {
      refresh();
    }
    long most = most(local, remote);
    if (most < 0 && asked - refreshed > MIN_AGE) {
      refresh();
      most = most(local, remote);
    }
    return most;
  }

  private long most(InetSocketAddress local, InetSocketAddress remote) {
    long most = -1;
    for (View view : views.values()) {
      most = Math.max(most, new SocketDiagnosis(view.socket).unread(local, remote));
    }
    return most;
  }

  /** To be called now and then: lets go of namespaces that have ended, and of all after a while. */
  void tidy() {
    if (System.nanoTime() - asked > IDLE) {
      close();
    } else if (!views.isEmpty()) {
      refresh();
    }
  }

  private void refresh() {
    refreshed = System.nanoTime();
    Map<Path, Fd> found = namespaces.open();
    try {
      views.entrySet().removeIf(entry -> isGone(entry, found));
      found.forEach((name, namespace) -> views.computeIfAbsent(name, n -> open(namespace)));
    } finally {
      found.values().forEach(Fd::close);
    }
  }

  private static boolean isGone(Map.Entry<Path, View> entry, Map<Path, Fd> found) {
    boolean gone = !found.containsKey(entry.getKey());
    if (gone) {
      entry.getValue().close();
    }
    return gone;
  }

  private View open(Fd namespace) {
    Arena memory = Arena.ofConfined();
    boolean done = false;
    try {
      int protocol = NetlinkFlags.NETLINK_SOCK_DIAG;
      View view = new View(linux.netlink().openIn(namespace, protocol, memory), memory);
      done = true;
      return view;
    } finally {
      if (!done) {
        memory.close();
      }
    }
  }

  @Override
  public void close() {
    views.values().forEach(View::close);
    views.clear();
  }
}
