package io.lighter.proxy.relay;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Sockaddr;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.Sockets;
import io.lighter.linux.SystemCall;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the listening sockets of an address, one for each loop.
 *
 * <p>They share it by SO_REUSEPORT, which would let another process of this user share it too: half
 * of the clients would be another's, and nobody would know. So the first socket listens by itself,
 * which the kernel refuses when anybody else does, and only then lets the others join it.
 */
final class ListeningSockets {
  private static final int STREAM = SocketFlags.SOCK_STREAM | SocketFlags.SOCK_NONBLOCK;

  private final Sockets sockets;
  private final Binding binding;

  ListeningSockets(Linux linux, Binding binding) {
    this.sockets = linux.sockets();
    this.binding = binding;
  }

  /**
   * Opens them. An IPv6 address does not take IPv4 clients: those have a frontend of their own.
   *
   * @param shared whether the first may join others: a wildcard address and one of its port are in
   *     each other's way, and both may be ours
   * @throws LinuxException when an address cannot be had; nothing is left open
   */
  List<Fd> open(InetSocketAddress address, int count, int backlog, boolean shared) {
    List<Fd> opened = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        opened.add(open(Sockaddr.of(address), backlog, shared || i > 0));
      }
      return opened;
    } catch (RuntimeException e) {
      opened.forEach(Fd::close);
      throw e;
    }
  }

  private Fd open(Sockaddr address, int backlog, boolean shared) {
    Fd socket = sockets.socket(address.family(), STREAM, 0);
    try {
      sockets.setOption(socket, SocketFlags.SO_REUSEADDR, 1);
      if (shared) {
        sockets.setOption(socket, SocketFlags.SO_REUSEPORT, 1);
      }
      // What is accepted inherits these two.
      sockets.setOption(socket, SocketFlags.SO_KEEPALIVE, 1);
      sockets.setOption(socket, SocketFlags.IPPROTO_TCP, SocketFlags.TCP_NODELAY, 1);
      if (address.family() == SocketFlags.AF_INET6) {
        sockets.setOption(socket, SocketFlags.IPPROTO_IPV6, SocketFlags.IPV6_V6ONLY, 1);
      }
      bind(socket, address);
      listen(socket, backlog);
      if (!shared) {
        sockets.setOption(socket, SocketFlags.SO_REUSEPORT, 1);
      }
      return socket;
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** Lets so many wait at a socket; also at one that listens already. */
  void listen(Fd socket, int backlog) {
    sockets.listen(socket, backlog);
  }

  private void bind(Fd socket, Sockaddr address) {
    Binding.Permit permit = binding.permit(socket);
    try {
      if (!sockets.bind(socket, address)) {
        throw LinuxException.of(SystemCall.BIND, Errno.EADDRINUSE, "bind");
      }
    } finally {
      permit.withdraw();
    }
  }

  /** Says why an address could not be had, and what may help. */
  static String reason(RuntimeException e) {
    if (e instanceof LinuxException linux) {
      return switch (linux.errno()) {
        case Errno.EADDRNOTAVAIL -> "this machine does not have the address (EADDRNOTAVAIL)";
        case Errno.EACCES ->
            "ports below net.ipv4.ip_unprivileged_port_start need CAP_NET_BIND_SERVICE (EACCES)";
        case Errno.EADDRINUSE -> "another process listens there (EADDRINUSE)";
        default -> linux.toString();
      };
    }
    return e.toString();
  }
}
