package io.lighter.linux;

/**
 * Constants of {@code <sys/socket.h>}, {@code <netinet/in.h>}, {@code <netinet/tcp.h>} and {@code
 * <linux/if.h>}, by their C names; the same on x86-64 and aarch64.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</a>
 */
public final class SocketFlags {
  public static final int AF_UNIX = 1;
  public static final int AF_INET = 2;
  public static final int AF_INET6 = 10;
  public static final int AF_NETLINK = 16;

  public static final int SOCK_STREAM = 1;
  public static final int SOCK_DGRAM = 2;
  public static final int SOCK_RAW = 3;
  public static final int SOCK_SEQPACKET = 5;
  public static final int SOCK_NONBLOCK = Fcntl.O_NONBLOCK;
  public static final int SOCK_CLOEXEC = Fcntl.O_CLOEXEC;

  public static final int SOL_SOCKET = 1;
  public static final int SO_REUSEADDR = 2;
  public static final int SO_TYPE = 3;
  public static final int SO_ERROR = 4;
  public static final int SO_SNDBUF = 7;
  public static final int SO_RCVBUF = 8;
  public static final int SO_KEEPALIVE = 9;
  public static final int SO_OOBINLINE = 10;
  public static final int SO_LINGER = 13;
  public static final int SO_REUSEPORT = 15;
  public static final int SO_PASSCRED = 16;
  public static final int SO_PEERCRED = 17;
  public static final int SO_ACCEPTCONN = 30;

  /** A number of eight bytes that no other socket of the machine ever has. Since Linux 4.12. */
  public static final int SO_COOKIE = 57;

  /** The same for the socket's network namespace. Since Linux 5.14. */
  public static final int SO_NETNS_COOKIE = 71;

  public static final int IPPROTO_IP = 0;
  public static final int IPPROTO_TCP = 6;
  public static final int IPPROTO_UDP = 17;
  public static final int IPPROTO_IPV6 = 41;

  public static final int TCP_NODELAY = 1;
  public static final int TCP_INFO = 11;
  public static final int TCP_QUICKACK = 12;
  public static final int IP_PKTINFO = 8;
  public static final int IP_TRANSPARENT = 19;

  /** Of an IPv6 socket too. Since Linux 4.2. */
  public static final int IP_BIND_ADDRESS_NO_PORT = 24;

  public static final int IPV6_V6ONLY = 26;
  public static final int IPV6_RECVPKTINFO = 49;
  public static final int IPV6_PKTINFO = 50;
  public static final int IPV6_TRANSPARENT = 75;

  public static final int SCM_RIGHTS = 1;

  public static final int MSG_OOB = 0x1;
  public static final int MSG_PEEK = 0x2;
  public static final int MSG_CTRUNC = 0x8;
  public static final int MSG_TRUNC = 0x20;
  public static final int MSG_DONTWAIT = 0x40;
  public static final int MSG_NOSIGNAL = 0x4000;
  public static final int MSG_MORE = 0x8000;
  public static final int MSG_CMSG_CLOEXEC = 0x40000000;

  public static final int SHUT_RD = 0;
  public static final int SHUT_WR = 1;
  public static final int SHUT_RDWR = 2;

  public static final int IFF_UP = 0x1;
  public static final int IFF_LOOPBACK = 0x8;
  public static final int IFF_RUNNING = 0x40;

  private SocketFlags() {}
}
