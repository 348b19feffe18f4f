package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Stream sockets where each outcome is expected and nothing may be allocated: what a peer does to
 * its connection is no exception.
 *
 * <p>Unless it says otherwise a method returns what the kernel does: 0 or a number of bytes, or a
 * number of {@link Errno} with its sign turned, such as {@code -Errno.ECONNRESET}. Nothing here
 * raises SIGPIPE.
 */
public final class Connections extends CallGroup {
  private static final int ON = 1;

  /**
   * Of struct tcp_info: as far as it is asked for, and where a listening socket's queue is told.
   */
  private static final int TCP_INFO_SIZE = 32;

  private static final int TCPI_UNACKED = 24;

  Connections(SystemCalls calls) {
    super(calls);
  }

  /**
   * Returns whether an answer is an error.
   *
   * @param answer of a method of this class
   */
  public static boolean isError(long answer) {
    return Errno.isError(answer);
  }

  /**
   * Opens a socket into a slot that is closed.
   *
   * @param domain an AF_ value of {@link SocketFlags}
   * @param type a SOCK_ value, with SOCK_NONBLOCK or not; SOCK_CLOEXEC is added
   * @return 0, or an error: EMFILE, ENFILE, ENOBUFS
   * @see <a href="https://man7.org/linux/man-pages/man2/socket.2.html">socket(2)</a>
   */
  public int socket(SocketSlot into, int domain, int type) {
    return into.fill(
        calls.call(SystemCall.SOCKET, domain, type | SocketFlags.SOCK_CLOEXEC, 0, 0, 0, 0));
  }

  /**
   * Accepts who connects next into a slot that is closed. One who has gone again meanwhile is
   * passed over.
   *
   * @param peer gets its address
   * @param flags SOCK_NONBLOCK or 0; SOCK_CLOEXEC is added
   * @return 0, or an error: EAGAIN when nobody waits, EMFILE, ENFILE, ENOBUFS
   * @see <a href="https://man7.org/linux/man-pages/man2/accept.2.html">accept4(2)</a>
   */
  public int accept4(Fd listener, SocketSlot into, SockaddrBuffer peer, int flags) {
    int number = listener.number();
    int wanted = flags | SocketFlags.SOCK_CLOEXEC;
    long at = peer.address();
    long result;
    do {
      long length = peer.prepareLength();
      result = restartingOn(peer, SystemCall.ACCEPT4, number, at, length, wanted, 0, 0);
    } while (result == -Errno.ECONNABORTED);
    return into.fill(result);
  }

  /**
   * Returns how many wait at a listening TCP socket to be accepted. An accept that finds nobody has
   * made a socket and a file in vain, which costs as much as one that finds someone.
   *
   * @return a number, or an error
   * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7)</a>, TCP_INFO; of a
   *     listening socket {@code tcpi_unacked} is the length of its queue (net/ipv4/tcp.c, {@code
   *     tcp_get_info})
   */
  public int waiting(Fd listener) {
    CallMemory memory = CallMemory.get();
    MemorySegment info = memory.zeroed(TCP_INFO_SIZE + Integer.BYTES);
    info.set(JAVA_INT, TCP_INFO_SIZE, TCP_INFO_SIZE);
    long at = memory.structAddress();
    int level = SocketFlags.IPPROTO_TCP;
    long size = at + TCP_INFO_SIZE;
    int number = listener.number();
    long result =
        calls.call(SystemCall.GETSOCKOPT, number, level, SocketFlags.TCP_INFO, at, size, 0);
    return result < 0 ? (int) result : info.get(JAVA_INT, TCPI_UNACKED);
  }

  /**
   * Returns how many bytes there are to be received.
   *
   * @return a number, or an error
   * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7)</a>, SIOCINQ
   */
  public int readable(Fd socket) {
    CallMemory memory = CallMemory.get();
    MemorySegment value = memory.zeroed(Integer.BYTES);
    long at = memory.structAddress();
    long result = calls.call(SystemCall.IOCTL, socket.number(), Ioctl.FIONREAD, at, 0, 0, 0);
    return result < 0 ? (int) result : value.get(JAVA_INT, 0);
  }

  /**
   * Begins to connect.
   *
   * @return 0 when it is connected; an error: EINPROGRESS when it will be writable once it is,
   *     EAGAIN when the queue of a Unix socket is full, EADDRNOTAVAIL when the local ports have run
   *     out
   * @see <a href="https://man7.org/linux/man-pages/man2/connect.2.html">connect(2)</a>
   */
  public int connect(Fd socket, Sockaddr address) {
    CallMemory memory = CallMemory.get();
    address.writeTo(memory);
    long at = memory.structAddress();
    return (int) calls.call(SystemCall.CONNECT, socket.number(), at, address.size(), 0, 0, 0);
  }

  /**
   * Gives a socket the address that it will connect from, whatever the port: that is chosen by the
   * connect, so there are as many for each address to connect to. A socket with IP_TRANSPARENT may
   * have the address of another machine.
   *
   * @param family AF_INET or AF_INET6
   * @param high the halves of an address as {@link SockaddrBuffer} tells them
   * @return 0, or an error: EADDRNOTAVAIL when it is no address of this machine
   * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7)</a>,
   *     IP_BIND_ADDRESS_NO_PORT
   */
  public int bindSource(Fd socket, int family, long high, long low) {
    int answer = setOption(socket, SocketFlags.IPPROTO_IP, SocketFlags.IP_BIND_ADDRESS_NO_PORT, ON);
    if (answer != 0) {
      return answer;
    }
    CallMemory memory = CallMemory.get();
    int size = family == SocketFlags.AF_INET ? Sockaddr.SIN_SIZE : Sockaddr.SIN6_SIZE;
    MemorySegment address = memory.zeroed(size);
    address.set(JAVA_SHORT, 0, (short) family);
    if (family == SocketFlags.AF_INET) {
      address.set(SockaddrBuffer.NETWORK_INT, Sockaddr.SIN_ADDR, (int) low);
    } else {
      address.set(SockaddrBuffer.NETWORK_LONG, Sockaddr.SIN6_ADDR, high);
      address.set(SockaddrBuffer.NETWORK_LONG, Sockaddr.SIN6_ADDR + Long.BYTES, low);
    }
    long at = memory.structAddress();
    return (int) calls.call(SystemCall.BIND, socket.number(), at, size, 0, 0, 0);
  }

  /**
   * Takes the error that a socket has: SO_ERROR, which a connect that was in progress ends with.
   *
   * @return 0 for none, or an error
   */
  public int takeError(Fd socket) {
    CallMemory memory = CallMemory.get();
    MemorySegment value = memory.zeroed(2 * Integer.BYTES);
    value.set(JAVA_INT, Integer.BYTES, Integer.BYTES);
    long at = memory.structAddress();
    int level = SocketFlags.SOL_SOCKET;
    int option = SocketFlags.SO_ERROR;
    long result =
        calls.call(
            SystemCall.GETSOCKOPT, socket.number(), level, option, at, at + Integer.BYTES, 0);
    return result < 0 ? (int) result : -value.get(JAVA_INT, 0);
  }

  /**
   * Receives into a part of a buffer.
   *
   * @param flags MSG_PEEK, MSG_OOB, MSG_DONTWAIT or 0
   * @return how many bytes, 0 at the end, or an error
   * @see <a href="https://man7.org/linux/man-pages/man2/recv.2.html">recv(2)</a>
   */
  public int recv(Fd socket, MemorySegment buffer, long from, long length, int flags) {
    Objects.checkFromIndexSize(from, length, buffer.byteSize());
    long at = buffer.address() + from;
    int number = socket.number();
    return (int) restartingOn(buffer, SystemCall.RECVFROM, number, at, length, flags, 0, 0);
  }

  /**
   * Sends a part of a buffer.
   *
   * @param flags MSG_MORE, MSG_OOB, MSG_DONTWAIT or 0
   * @return how many bytes, or an error
   * @see <a href="https://man7.org/linux/man-pages/man2/send.2.html">send(2)</a>
   */
  public int send(Fd socket, MemorySegment buffer, long from, long length, int flags) {
    Objects.checkFromIndexSize(from, length, buffer.byteSize());
    long at = buffer.address() + from;
    int wanted = flags | SocketFlags.MSG_NOSIGNAL;
    int number = socket.number();
    return (int) restartingOn(buffer, SystemCall.SENDTO, number, at, length, wanted, 0, 0);
  }

  /**
   * Moves data between a socket and a pipe, as {@link Pipes#splice}. A socket raises no SIGPIPE
   * here either: the JVM ignores it.
   *
   * @return how many bytes, 0 at the end, or an error
   */
  public long splice(Fd in, Fd out, long length, int flags) {
    return restarting(SystemCall.SPLICE, in.number(), 0, out.number(), 0, length, flags);
  }

  /**
   * Ends one direction or both.
   *
   * @param how a SHUT_ value of {@link SocketFlags}
   * @return 0, or ENOTCONN when the other end has reset the connection
   */
  public int shutdown(Fd socket, int how) {
    return (int) calls.call(SystemCall.SHUTDOWN, socket.number(), how, 0, 0, 0, 0);
  }

  /**
   * Has the socket reset its connection when it is closed, and forget what it has not sent: an
   * SO_LINGER of no time.
   *
   * @return 0, or an error
   */
  public int resetOnClose(Fd socket) {
    CallMemory memory = CallMemory.get();
    MemorySegment linger = memory.struct();
    linger.set(JAVA_INT, 0, ON);
    linger.set(JAVA_INT, Integer.BYTES, 0);
    return set(socket, SocketFlags.SOL_SOCKET, SocketFlags.SO_LINGER, memory, 2 * Integer.BYTES);
  }

  /**
   * Sets an option that is a number.
   *
   * @param level SOL_SOCKET or an IPPROTO_ value of {@link SocketFlags}
   * @return 0, or an error
   */
  public int setOption(Fd socket, int level, int option, int value) {
    CallMemory memory = CallMemory.get();
    memory.struct().set(JAVA_INT, 0, value);
    return set(socket, level, option, memory, Integer.BYTES);
  }

  private int set(Fd socket, int level, int option, CallMemory memory, int size) {
    long at = memory.structAddress();
    return (int) calls.call(SystemCall.SETSOCKOPT, socket.number(), level, option, at, size, 0);
  }

  /**
   * Tells the address of this end.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/getsockname.2.html">getsockname(2)</a>
   */
  public int getsockname(Fd socket, SockaddrBuffer into) {
    return name(SystemCall.GETSOCKNAME, socket, into);
  }

  /**
   * Tells the address of the other end.
   *
   * @return 0, or ENOTCONN when there is none any more
   * @see <a href="https://man7.org/linux/man-pages/man2/getpeername.2.html">getpeername(2)</a>
   */
  public int getpeername(Fd socket, SockaddrBuffer into) {
    return name(SystemCall.GETPEERNAME, socket, into);
  }

  private int name(SystemCall call, Fd socket, SockaddrBuffer into) {
    long at = into.address();
    return (int) onceOn(into, call, socket.number(), at, into.prepareLength(), 0, 0, 0);
  }

  /** Returns whether the next byte of a TCP stream follows an urgent one: SIOCATMARK. */
  public boolean isAtMark(Fd socket) {
    CallMemory memory = CallMemory.get();
    memory.struct().set(JAVA_INT, 0, 0);
    long at = memory.structAddress();
    calls.call(SystemCall.IOCTL, socket.number(), Ioctl.SIOCATMARK, at, 0, 0, 0);
    return memory.struct().get(JAVA_INT, 0) != 0;
  }
}
