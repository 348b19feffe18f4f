package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * TCP and UDP sockets of whatever process, in the network namespace of a NETLINK_SOCK_DIAG socket.
 * As thread-safe as the socket: not.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/sock_diag.7.html">sock_diag(7)</a>
 */
public final class SocketDiagnosis {
  private static final int SOCK_DIAG_BY_FAMILY = 20;
  private static final int SOCK_DESTROY = 21;

  /** {@code struct inet_diag_req_v2}: a family, a protocol, states and an id. */
  private static final int REQUEST_SIZE = 56;

  private static final int REQUEST_PROTOCOL = 1;
  private static final int REQUEST_EXTENSIONS = 2;
  private static final int REQUEST_STATES = 4;
  private static final int REQUEST_ID = 8;

  /** {@code struct inet_diag_sockid}, behind four bytes in {@code struct inet_diag_msg}. */
  private static final int MESSAGE_ID = 4;

  private static final int MESSAGE_STATE = 1;
  private static final int MESSAGE_SIZE = 72;
  private static final int TCP_LISTEN = 10;

  /** An attribute: {@code struct inet_diag_meminfo}, of which the first u32 is what is unread. */
  private static final int INET_DIAG_MEMINFO = 1;

  /** INET_DIAG_NOCOOKIE: whichever socket it is. */
  private static final long NO_COOKIE = -1;

  private static final int SOURCE_PORT = 0;
  private static final int DESTINATION_PORT = 2;
  private static final int SOURCE = 4;
  private static final int DESTINATION = 20;
  private static final int INTERFACE = 36;
  private static final int COOKIE = 40;

  /** All but those that are closed, listen, or only wait for late segments. */
  private static final int CONNECTED_STATES = states(1, 2, 3, 4, 5, 8, 9, 11);

  private static final byte[] V4_MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private final NetlinkSocket socket;

  public SocketDiagnosis(NetlinkSocket socket) {
    this.socket = socket;
  }

  private static int states(int... numbers) {
    int bits = 0;
    for (int number : numbers) {
      bits |= 1 << number;
    }
    return bits;
  }

  /**
   * Lists the sockets that are connected, or being so.
   *
   * @param family AF_INET or AF_INET6
   * @param protocol IPPROTO_TCP or IPPROTO_UDP of {@link SocketFlags}
   * @throws LinuxException ENOENT when the kernel has no inet_diag for the protocol
   */
  public List<InetSocket> connected(int family, int protocol) {
    String shown = "SOCK_DIAG_BY_FAMILY(family " + family + ", protocol " + protocol + ")";
    NetlinkRequest request = socket.request(SOCK_DIAG_BY_FAMILY, NetlinkFlags.NLM_F_DUMP, shown);
    MemorySegment struct = request.struct(REQUEST_SIZE);
    struct.set(JAVA_BYTE, 0, (byte) family);
    struct.set(JAVA_BYTE, REQUEST_PROTOCOL, (byte) protocol);
    struct.set(JAVA_INT, REQUEST_STATES, CONNECTED_STATES);
    return socket.dump(request, message -> read(message, protocol));
  }

  /**
   * Returns how much memory what a TCP socket has received and nobody has read takes, in bytes, and
   * what was redirected to it by a program: this since Linux 6.13.
   *
   * @return -1 when there is no such socket that is connected
   */
  public long unread(InetSocketAddress local, InetSocketAddress remote) {
    String shown = "SOCK_DIAG_BY_FAMILY(" + local + " to " + remote + ")";
    NetlinkRequest request = socket.request(SOCK_DIAG_BY_FAMILY, 0, shown);
    MemorySegment struct = request.struct(REQUEST_SIZE);
    boolean ipv4 = local.getAddress() instanceof Inet4Address;
    int family = ipv4 ? SocketFlags.AF_INET : SocketFlags.AF_INET6;
    InetSocket wanted =
        new InetSocket(family, SocketFlags.IPPROTO_TCP, local, remote, 0, NO_COOKIE);
    writeId(struct, wanted);
    struct.set(JAVA_BYTE, REQUEST_EXTENSIONS, (byte) (1 << (INET_DIAG_MEMINFO - 1)));
    Long found = socket.get(request, Errno.ENOENT, SocketDiagnosis::readUnread);
    return found == null ? -1 : found;
  }

  private static Long readUnread(NetlinkMessage message) {
    if (message.byteAt(MESSAGE_STATE) == TCP_LISTEN) {
      return -1L;
    }
    NetlinkAttributes attributes = message.attributes(MESSAGE_SIZE);
    while (attributes.next()) {
      if (attributes.type() == INET_DIAG_MEMINFO) {
        return Integer.toUnsignedLong(attributes.intAt(0));
      }
    }
    // What is left of one, to wait for late segments.
    return -1L;
  }

  private static InetSocket read(NetlinkMessage message, int protocol) {
    return new InetSocket(
        message.byteAt(0),
        protocol,
        address(message, MESSAGE_ID + SOURCE, MESSAGE_ID + SOURCE_PORT),
        address(message, MESSAGE_ID + DESTINATION, MESSAGE_ID + DESTINATION_PORT),
        message.intAt(MESSAGE_ID + INTERFACE),
        Integer.toUnsignedLong(message.intAt(MESSAGE_ID + COOKIE))
            | (long) message.intAt(MESSAGE_ID + COOKIE + Integer.BYTES) << 32);
  }

  private static InetSocketAddress address(NetlinkMessage message, int at, int port) {
    byte[] bytes = new byte[message.byteAt(0) == SocketFlags.AF_INET ? 4 : 16];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) message.byteAt(at + i);
    }
    try {
      // A mapped address becomes one of IPv4 here.
      return new InetSocketAddress(
          InetAddress.getByAddress(bytes), message.byteAt(port) << 8 | message.byteAt(port + 1));
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }

  /**
   * Closes a socket of whatever process, which hears ECONNABORTED; the peer of a TCP socket gets a
   * reset. Needs CAP_NET_ADMIN. Since Linux 4.5.
   *
   * @return false when it is not there any more
   * @throws LinuxException EOPNOTSUPP when the kernel was built without CONFIG_INET_DIAG_DESTROY
   */
  public boolean destroy(InetSocket target) {
    NetlinkRequest request =
        socket.request(
            SOCK_DESTROY, 0, "SOCK_DESTROY(" + target.local() + " to " + target.remote() + ")");
    MemorySegment struct = request.struct(REQUEST_SIZE);
    writeId(struct, target);
    try {
      socket.perform(request);
      return true;
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ESTALE) {
        return false;
      }
      throw e;
    }
  }

  private static void writeId(MemorySegment struct, InetSocket target) {
    struct.set(JAVA_BYTE, 0, (byte) target.family());
    struct.set(JAVA_BYTE, REQUEST_PROTOCOL, (byte) target.protocol());
    struct.set(JAVA_INT, REQUEST_STATES, -1);
    MemorySegment id = struct.asSlice(REQUEST_ID);
    id.set(JAVA_SHORT, SOURCE_PORT, networkOrder(target.local().getPort()));
    id.set(JAVA_SHORT, DESTINATION_PORT, networkOrder(target.remote().getPort()));
    write(target, target.local(), id.asSlice(SOURCE));
    write(target, target.remote(), id.asSlice(DESTINATION));
    id.set(JAVA_INT, INTERFACE, target.networkInterface());
    id.set(JAVA_LONG_UNALIGNED, COOKIE, target.cookie());
  }

  private static short networkOrder(int port) {
    return Short.reverseBytes((short) port);
  }

  private static void write(InetSocket target, InetSocketAddress address, MemorySegment to) {
    byte[] bytes = address.getAddress().getAddress();
    int at = 0;
    if (target.family() == SocketFlags.AF_INET6 && bytes.length == 4) {
      MemorySegment.copy(V4_MAPPED, 0, to, JAVA_BYTE, 0, V4_MAPPED.length);
      at = V4_MAPPED.length;
    }
    MemorySegment.copy(bytes, 0, to, JAVA_BYTE, at, bytes.length);
  }
}
