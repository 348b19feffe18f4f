package io.lighter.proxy.relay;

import io.lighter.linux.Connections;
import io.lighter.linux.Errno;
import io.lighter.linux.Linux;
import io.lighter.linux.SockaddrBuffer;
import io.lighter.linux.SocketFlags;
import java.lang.foreign.Arena;

/** Opens connections to endpoints, for all connections of a loop. */
final class Dialer {
  private static final int STREAM = SocketFlags.SOCK_STREAM | SocketFlags.SOCK_NONBLOCK;

  private final Connections connections;
  private final SockaddrBuffer own;

  Dialer(Linux linux, Arena arena) {
    connections = linux.connections();
    own = new SockaddrBuffer(arena);
  }

  /**
   * Begins to connect.
   *
   * @param client who waits for that
   * @param asClient whether the source is the client's address
   * @param high the halves of that
   * @return what {@link Connections#connect} does, or the error before it
   */
  int dial(End client, End server, Backend to, boolean asClient, long high, long low) {
    int opened = connections.socket(server, to.encoded().family(), STREAM);
    if (opened != 0) {
      return opened;
    }
    if (to.encoded().family() != SocketFlags.AF_UNIX) {
      connections.setOption(server, SocketFlags.IPPROTO_TCP, SocketFlags.TCP_NODELAY, 1);
      connections.setOption(server, SocketFlags.SOL_SOCKET, SocketFlags.SO_KEEPALIVE, 1);
      if (connections.readable(client) > 0) {
        // What the client has said follows at once, and tells the server all that an empty segment
        // before it would. A client that waits for the server to begin has that segment.
        connections.setOption(server, SocketFlags.IPPROTO_TCP, SocketFlags.TCP_QUICKACK, 0);
      }
    }
    if (asClient) {
      int family = to.encoded().family();
      int given = ClientSource.give(connections, server, family, to.isOnLoopback(), high, low);
      if (given != 0) {
        return given;
      }
    }
    return connections.connect(server, to.encoded());
  }

  /** Returns whether a connect failed for want of something of this machine. */
  static boolean isOurFault(int answer) {
    return switch (-answer) {
      case Errno.EMFILE,
          Errno.ENFILE,
          Errno.ENOBUFS,
          Errno.ENOMEM,
          Errno.EADDRNOTAVAIL,
          Errno.EPERM ->
          true;
      default -> false;
    };
  }

  /**
   * Returns whether a socket is connected to itself: over loopback, when nobody listens at a port
   * that the kernel then happens to give to the socket.
   */
  boolean hasMetItself(End server, Backend to) {
    int suspect = to.portThatMayMeetItself();
    return suspect != 0 && connections.getsockname(server, own) == 0 && own.port() == suspect;
  }
}
