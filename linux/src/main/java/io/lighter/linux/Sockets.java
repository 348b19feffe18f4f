package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Sockets. {@link Connections} has the calls of them that are made all the time.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
 */
public final class Sockets extends CallGroup {
  /** Answer of a send or receive that would have to wait. */
  public static final int AGAIN = -1;

  Sockets(SystemCalls calls) {
    super(calls);
  }

  /**
   * Opens a socket.
   *
   * @param domain an AF_ value of {@link SocketFlags}
   * @param type a SOCK_ value, with SOCK_NONBLOCK or not; SOCK_CLOEXEC is added
   * @param protocol mostly 0
   * @see <a href="https://man7.org/linux/man-pages/man2/socket.2.html">socket(2)</a>
   */
  public Fd socket(int domain, int type, int protocol) {
    return open(SystemCall.SOCKET, domain, type | SocketFlags.SOCK_CLOEXEC, protocol, 0, 0);
  }

  /**
   * Makes two Unix sockets that are connected.
   *
   * @param type a SOCK_ value, with SOCK_NONBLOCK or not; SOCK_CLOEXEC is added
   * @see <a href="https://man7.org/linux/man-pages/man2/socketpair.2.html">socketpair(2)</a>
   */
  public SocketPair socketpair(int type) {
    CallMemory memory = CallMemory.get();
    MemorySegment ends = memory.struct();
    int wanted = type | SocketFlags.SOCK_CLOEXEC;
    check(SystemCall.SOCKETPAIR, SocketFlags.AF_UNIX, wanted, 0, memory.structAddress());
    return new SocketPair(
        new Fd(calls, ends.get(JAVA_INT, 0)), new Fd(calls, ends.get(JAVA_INT, Integer.BYTES)));
  }

  /**
   * Gives a socket a path, which becomes a file.
   *
   * @param path at most 107 bytes; {@link #bind(Fd, Fd, String)} reaches a longer one by its folder
   * @return false when there is something of that name
   * @see <a href="https://man7.org/linux/man-pages/man2/bind.2.html">bind(2)</a>
   */
  public boolean bind(Fd socket, String path) {
    return bind(socket, writeAddress(path));
  }

  /** Gives a socket a name in an open folder, whatever the length of the folder's path. */
  public boolean bind(Fd socket, Fd folder, String name) {
    return bind(socket, writeAddress(folder.procPath() + "/" + name));
  }

  /** Gives a socket an address; returns false when another has it. */
  public boolean bind(Fd socket, Sockaddr address) {
    address.writeTo(CallMemory.get());
    return bind(socket, address.size());
  }

  private boolean bind(Fd socket, int size) {
    long at = CallMemory.get().structAddress();
    return checkUnless(Errno.EADDRINUSE, SystemCall.BIND, socket.number(), at, size, 0, 0);
  }

  /**
   * Lets others connect.
   *
   * @param backlog how many may wait to be accepted
   * @see <a href="https://man7.org/linux/man-pages/man2/listen.2.html">listen(2)</a>
   */
  public void listen(Fd socket, int backlog) {
    check(SystemCall.LISTEN, socket.number(), backlog);
  }

  /**
   * Accepts who connects next; waits unless the socket is non-blocking. One who has gone again
   * meanwhile is passed over.
   *
   * @param flags SOCK_NONBLOCK or 0; SOCK_CLOEXEC is added
   * @return null when the socket is non-blocking and nobody waits
   * @see <a href="https://man7.org/linux/man-pages/man2/accept.2.html">accept4(2)</a>
   */
  public @Nullable Fd accept4(Fd socket, int flags) {
    int wanted = flags | SocketFlags.SOCK_CLOEXEC;
    long result;
    do {
      result = restarting(SystemCall.ACCEPT4, socket.number(), 0, 0, wanted, 0, 0);
    } while (result == -Errno.ECONNABORTED);
    if (result == -Errno.EAGAIN) {
      return null;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.ACCEPT4, result, socket.number(), 0, 0, wanted, 0, 0);
    }
    return new Fd(calls, result);
  }

  /**
   * Connects to a path.
   *
   * @param path at most 107 bytes; {@link #connect(Fd, Fd, String)} reaches a longer one
   * @return false when nobody listens there: there is no such file, or it was left behind
   * @see <a href="https://man7.org/linux/man-pages/man2/connect.2.html">connect(2)</a>
   */
  public boolean connect(Fd socket, String path) {
    return connect(socket, writeAddress(path));
  }

  /** Connects to a name in an open folder, whatever the length of the folder's path. */
  public boolean connect(Fd socket, Fd folder, String name) {
    return connect(socket, writeAddress(folder.procPath() + "/" + name));
  }

  /**
   * Connects to a name that is no file: of the abstract namespace.
   *
   * @param name at most 107 bytes, without the NUL before it
   */
  public boolean connectAbstract(Fd socket, String name) {
    int size = writeAddress("@" + name);
    CallMemory.get().struct().set(JAVA_BYTE, Sockaddr.SUN_PATH, (byte) 0);
    // Here each byte counts, so the NUL behind a path is none of them.
    return connect(socket, size - 1);
  }

  private boolean connect(Fd socket, int size) {
    long at = CallMemory.get().structAddress();
    // A connect to a Unix socket that a signal ended has not begun, so it may be made again.
    long result = restarting(SystemCall.CONNECT, socket.number(), at, size, 0, 0, 0);
    if (result == -Errno.ENOENT || result == -Errno.ECONNREFUSED) {
      return false;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.CONNECT, result, socket.number(), at, size, 0, 0, 0);
    }
    return true;
  }

  /** Writes struct sockaddr_un where structs go and returns its size. */
  private static int writeAddress(String path) {
    Sockaddr address = Sockaddr.of(path);
    address.writeTo(CallMemory.get());
    return address.size();
  }

  /**
   * Ends one direction or both.
   *
   * @param how a SHUT_ value of {@link SocketFlags}
   * @return false when the socket is not connected any more
   * @see <a href="https://man7.org/linux/man-pages/man2/shutdown.2.html">shutdown(2)</a>
   */
  public boolean shutdown(Fd socket, int how) {
    return checkUnless(Errno.ENOTCONN, SystemCall.SHUTDOWN, socket.number(), how, 0, 0, 0);
  }

  /** Returns who is at the other end of a connected Unix socket: SO_PEERCRED. */
  public PeerCredentials peerCredentials(Fd socket) {
    MemorySegment peer =
        option(socket, SocketFlags.SOL_SOCKET, SocketFlags.SO_PEERCRED, 3 * Integer.BYTES);
    return new PeerCredentials(
        peer.get(JAVA_INT, 0),
        Integer.toUnsignedLong(peer.get(JAVA_INT, 4)),
        Integer.toUnsignedLong(peer.get(JAVA_INT, 8)));
  }

  /** Returns the address that a socket is bound to. */
  public SocketAddress localAddress(Fd socket) {
    return address(SystemCall.GETSOCKNAME, socket);
  }

  /**
   * Returns the address that a socket is connected to.
   *
   * @throws LinuxException ENOTCONN when it is not
   */
  public SocketAddress peerAddress(Fd socket) {
    return address(SystemCall.GETPEERNAME, socket);
  }

  private SocketAddress address(SystemCall call, Fd socket) {
    try (Arena arena = Arena.ofConfined()) {
      SockaddrBuffer buffer = new SockaddrBuffer(arena);
      check(call, socket.number(), buffer.address(), buffer.prepareLength(), 0);
      return buffer.toAddress();
    }
  }

  /** Returns what a TCP connection has carried: TCP_INFO. */
  public TcpInfo tcpInfo(Fd socket) {
    MemorySegment info =
        option(socket, SocketFlags.IPPROTO_TCP, SocketFlags.TCP_INFO, TcpInfo.SIZE);
    return new TcpInfo(
        info.get(JAVA_LONG, TcpInfo.BYTES_ACKED),
        info.get(JAVA_LONG, TcpInfo.BYTES_RECEIVED),
        Integer.toUnsignedLong(info.get(JAVA_INT, TcpInfo.NOTSENT_BYTES)));
  }

  /**
   * Returns an option that is a number.
   *
   * @param option an SO_ value of {@link SocketFlags}
   * @see <a href="https://man7.org/linux/man-pages/man2/getsockopt.2.html">getsockopt(2)</a>
   */
  public int option(Fd socket, int option) {
    return option(socket, SocketFlags.SOL_SOCKET, option);
  }

  /** Returns an option of a protocol: of SOL_SOCKET, or an IPPROTO_ value. */
  public int option(Fd socket, int level, int option) {
    return option(socket, level, option, Integer.BYTES).get(JAVA_INT, 0);
  }

  /**
   * Returns an option that is a number of eight bytes.
   *
   * @param option SO_COOKIE or SO_NETNS_COOKIE of {@link SocketFlags}
   */
  public long longOption(Fd socket, int option) {
    return option(socket, SocketFlags.SOL_SOCKET, option, Long.BYTES).get(JAVA_LONG, 0);
  }

  private MemorySegment option(Fd socket, int level, int option, int size) {
    CallMemory memory = CallMemory.get();
    MemorySegment value = memory.zeroed(size + Integer.BYTES);
    value.set(JAVA_INT, size, size);
    long at = memory.structAddress();
    check(SystemCall.GETSOCKOPT, socket.number(), level, option, at, at + size, 0);
    return value;
  }

  /** Sets an option that is a number. */
  public void setOption(Fd socket, int option, int value) {
    setOption(socket, SocketFlags.SOL_SOCKET, option, value);
  }

  /**
   * Sets an option of a protocol: of SOL_SOCKET, or an IPPROTO_ value.
   *
   * @throws LinuxException EPERM for IP_TRANSPARENT without CAP_NET_ADMIN
   * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7)</a>
   */
  public void setOption(Fd socket, int level, int option, int value) {
    CallMemory memory = CallMemory.get();
    memory.struct().set(JAVA_INT, 0, value);
    long at = memory.structAddress();
    check(SystemCall.SETSOCKOPT, socket.number(), level, option, at, Integer.BYTES, 0);
  }

  /**
   * Sends a message with the descriptors that were added to it; it holds none afterwards. There is
   * no SIGPIPE.
   *
   * @param flags MSG_DONTWAIT or 0
   * @return bytes sent, on a stream maybe fewer than there are, or {@link #AGAIN}, when nothing was
   *     sent
   * @throws LinuxException EPIPE when the other end is closed; ETOOMANYREFS when more descriptors
   *     are under way than this process may have open
   * @see <a href="https://man7.org/linux/man-pages/man2/sendmsg.2.html">sendmsg(2)</a>
   */
  public int sendmsg(Fd socket, SocketMessage message, int flags) {
    long header = message.prepareSend();
    int wanted = flags | SocketFlags.MSG_NOSIGNAL;
    int number = socket.number();
    long sent =
        answerOn(message, Errno.EAGAIN, SystemCall.SENDMSG, number, header, wanted, 0, 0, 0);
    if (sent < 0) {
      return AGAIN;
    }
    message.clearDescriptors();
    return (int) sent;
  }

  /**
   * Receives a message; the descriptors in it are the message's until they are taken.
   *
   * @param flags MSG_DONTWAIT or 0
   * @return bytes received, 0 when the other end is closed, or {@link #AGAIN}
   * @throws LinuxException EMSGSIZE when more descriptors came than the message takes, or than this
   *     process may have open; those that came are closed
   * @see <a href="https://man7.org/linux/man-pages/man2/recvmsg.2.html">recvmsg(2)</a>
   */
  public int recvmsg(Fd socket, SocketMessage message, int flags) {
    long header = message.prepareReceive();
    int wanted = flags | SocketFlags.MSG_CMSG_CLOEXEC;
    int number = socket.number();
    long received =
        answerOn(message, Errno.EAGAIN, SystemCall.RECVMSG, number, header, wanted, 0, 0, 0);
    if (received < 0) {
      return AGAIN;
    }
    if (!message.accept(calls, (int) received)) {
      message.clear();
      throw LinuxException.of(SystemCall.RECVMSG, -Errno.EMSGSIZE, number, header, wanted, 0, 0, 0);
    }
    return (int) received;
  }
}
