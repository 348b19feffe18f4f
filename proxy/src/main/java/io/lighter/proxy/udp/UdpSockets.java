package io.lighter.proxy.udp;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Sockaddr;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.Sockets;
import io.lighter.proxy.relay.Binding;
import io.lighter.proxy.relay.InheritedSockets;
import io.lighter.proxy.service.Transport;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Opens the sockets of frontends for all loops of a relay.
 *
 * <p>Those of an address share it by SO_REUSEPORT, which would let another process of this user
 * share it too. So the first is bound by itself, which the kernel refuses when anybody else is
 * there, and only then lets the others join it.
 *
 * <p>Safe for use by many threads.
 */
final class UdpSockets {
  private static final int ON = 1;

  private final Linux linux;
  private final Binding binding;
  private final InheritedSockets inherited;
  private final int loops;

  /** How many are open. */
  private final Map<InetSocketAddress, Integer> open = new HashMap<>();

  /**
   * Opens nothing yet.
   *
   * @param loops how many share the inherited sockets
   */
  UdpSockets(Linux linux, Binding binding, InheritedSockets inherited, int loops) {
    this.linux = linux;
    this.binding = binding;
    this.inherited = inherited;
    this.loops = loops;
  }

  /** Returns whether an address has sockets that another process still reads. */
  boolean isHeld(InetSocketAddress frontend) {
    return inherited.has(Transport.UDP, frontend);
  }

  /** Takes a loop's share of the sockets of a process before this one; an empty list for none. */
  synchronized List<Fd> inherit(InetSocketAddress frontend, int loop) {
    List<Fd> taken = inherited.take(Transport.UDP, frontend, loop, loops);
    if (!taken.isEmpty()) {
      open.merge(frontend, taken.size(), Integer::sum);
    }
    return taken;
  }

  /**
   * Opens one.
   *
   * @throws LinuxException EADDRNOTAVAIL, EACCES: what keeps it from being there
   * @throws IllegalStateException when another program has the address
   */
  synchronized Fd open(InetSocketAddress frontend) {
    boolean shared = open.containsKey(frontend);
    Fd opened = openOrNot(frontend, shared);
    if (!opened.isOpen() && !shared && isAtPort(frontend.getPort())) {
      // A wildcard address and one of its port are in each other's way, and both are ours.
      opened = openOrNot(frontend, true);
    }
    if (!opened.isOpen()) {
      throw new IllegalStateException("the address is in use by another program");
    }
    open.merge(frontend, 1, Integer::sum);
    return opened;
  }

  private boolean isAtPort(int port) {
    return open.keySet().stream().anyMatch(own -> own.getPort() == port);
  }

  /** Opens one, and closes it again when somebody else has the address. */
  private Fd openOrNot(InetSocketAddress frontend, boolean shared) {
    Sockaddr address = Sockaddr.of(frontend);
    Sockets sockets = linux.sockets();
    Fd opened =
        sockets.socket(address.family(), SocketFlags.SOCK_DGRAM | SocketFlags.SOCK_NONBLOCK, 0);
    boolean bound = false;
    try {
      if (shared) {
        sockets.setOption(opened, SocketFlags.SO_REUSEPORT, ON);
      }
      configure(opened, frontend);
      bound = bind(opened, address);
      if (bound) {
        sockets.setOption(opened, SocketFlags.SO_REUSEPORT, ON);
      }
    } finally {
      if (!bound) {
        opened.close();
      }
    }
    return opened;
  }

  private void configure(Fd socket, InetSocketAddress frontend) {
    boolean six = frontend.getAddress() instanceof Inet6Address;
    int level = six ? SocketFlags.IPPROTO_IPV6 : SocketFlags.IPPROTO_IP;
    if (six) {
      linux.sockets().setOption(socket, level, SocketFlags.IPV6_V6ONLY, ON);
    }
    if (frontend.getAddress().isAnyLocalAddress()) {
      // An answer has to come from the address that was asked.
      int told = six ? SocketFlags.IPV6_RECVPKTINFO : SocketFlags.IP_PKTINFO;
      linux.sockets().setOption(socket, level, told, ON);
    }
  }

  private boolean bind(Fd socket, Sockaddr address) {
    Binding.Permit permit = binding.permit(socket);
    try {
      return linux.sockets().bind(socket, address);
    } finally {
      permit.withdraw();
    }
  }

  /** Closes some of an address. */
  synchronized void close(InetSocketAddress frontend, List<Fd> sockets) {
    sockets.forEach(Fd::close);
    open.computeIfPresent(
        frontend, (a, count) -> count > sockets.size() ? count - sockets.size() : null);
  }
}
