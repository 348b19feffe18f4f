package io.lighter.proxy.udp;

import io.lighter.linux.Epoll;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Sockaddr;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.Sockets;
import io.lighter.proxy.relay.Binding;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A frontend at one loop: a socket, which shares its address with those of the other loops, and its
 * flows. Of the loop's thread.
 *
 * <p>When there is nobody to pass datagrams to, the socket can be closed for a while; then the
 * kernel tells clients so by ICMP.
 */
final class UdpListener {
  private static final int ON = 1;

  private final Linux linux;
  private final int number;
  private final UdpService service;
  private final InetSocketAddress frontend;
  private @Nullable Fd socket;

  /** The flows by when they were last used. */
  private @Nullable Flow oldest;

  private @Nullable Flow newest;
  private int flows;

  /**
   * Makes one that is closed.
   *
   * @param number by which the epoll tells of it
   */
  UdpListener(Linux linux, int number, UdpService service, InetSocketAddress frontend) {
    this.linux = linux;
    this.number = number;
    this.service = service;
    this.frontend = frontend;
  }

  int number() {
    return number;
  }

  InetSocketAddress frontend() {
    return frontend;
  }

  UdpService service() {
    return service;
  }

  /** Returns the socket; null while it is closed. */
  @Nullable Fd socket() {
    return socket;
  }

  int flows() {
    return flows;
  }

  @Nullable Flow oldest() {
    return oldest;
  }

  /**
   * Opens it, if it is closed, and has it watched.
   *
   * @throws LinuxException EADDRNOTAVAIL, EACCES: what keeps it from being there
   * @throws IllegalStateException when another program has the address
   */
  void open(Fd epoll, Binding binding, long data) {
    if (isOpen()) {
      return;
    }
    Sockaddr address = Sockaddr.of(frontend);
    Sockets sockets = linux.sockets();
    Fd opened =
        sockets.socket(address.family(), SocketFlags.SOCK_DGRAM | SocketFlags.SOCK_NONBLOCK, 0);
    try {
      sockets.setOption(opened, SocketFlags.SO_REUSEPORT, ON);
      boolean six = frontend.getAddress() instanceof Inet6Address;
      int level = six ? SocketFlags.IPPROTO_IPV6 : SocketFlags.IPPROTO_IP;
      if (six) {
        sockets.setOption(opened, level, SocketFlags.IPV6_V6ONLY, ON);
      }
      if (frontend.getAddress().isAnyLocalAddress()) {
        // An answer has to come from the address that was asked.
        int told = six ? SocketFlags.IPV6_RECVPKTINFO : SocketFlags.IP_PKTINFO;
        sockets.setOption(opened, level, told, ON);
      }
      Binding.Permit permit = binding.permit(opened);
      try {
        if (!sockets.bind(opened, address)) {
          throw new IllegalStateException("the address is in use by another program");
        }
      } finally {
        permit.withdraw();
      }
      linux.epoll().add(epoll, opened, Epoll.EPOLLIN, data);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
    socket = opened;
  }

  /** Closes the socket; the flows stay. */
  void closeSocket() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }

  boolean isOpen() {
    return socket != null;
  }

  void add(Flow flow) {
    append(flow);
    flows++;
  }

  void remove(Flow flow) {
    unlink(flow);
    flows--;
  }

  /** A datagram of it has come or gone. */
  void used(Flow flow, long now) {
    flow.lastUsed = now;
    if (newest != flow) {
      unlink(flow);
      append(flow);
    }
  }

  private void append(Flow flow) {
    flow.older = newest;
    flow.newer = null;
    if (newest == null) {
      oldest = flow;
    } else {
      Objects.requireNonNull(newest).newer = flow;
    }
    newest = flow;
  }

  private void unlink(Flow flow) {
    Flow older = flow.older;
    Flow newer = flow.newer;
    if (older == null) {
      oldest = newer;
    } else {
      older.newer = newer;
    }
    if (newer == null) {
      newest = older;
    } else {
      newer.older = older;
    }
    flow.older = null;
    flow.newer = null;
  }

  @Override
  public String toString() {
    return "udp://" + frontend + " of service " + service.name();
  }
}
