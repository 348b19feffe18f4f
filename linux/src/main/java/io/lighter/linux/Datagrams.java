package io.lighter.linux;

import java.util.Objects;

/**
 * Sockets of datagrams on a hot path, many by one call; outcomes are values, as in {@link
 * Connections}.
 */
public final class Datagrams extends CallGroup {
  Datagrams(SystemCalls calls) {
    super(calls);
  }

  /**
   * Receives what is there, and waits for nothing.
   *
   * @return how many, at least 1; or an error: EAGAIN for none, ECONNREFUSED when one that was sent
   *     before has reached nobody
   * @see <a href="https://man7.org/linux/man-pages/man2/recvmmsg.2.html">recvmmsg(2)</a>
   */
  public int receive(Fd socket, DatagramBatch into) {
    into.prepare();
    int flags = SocketFlags.MSG_DONTWAIT;
    int number = socket.number();
    int capacity = into.capacity();
    long answer =
        restartingOn(into, SystemCall.RECVMMSG, number, into.address(0), capacity, flags, 0, 0);
    into.filled(Errno.isError(answer) ? 0 : (int) answer);
    return (int) answer;
  }

  /**
   * Sends some, and waits for nothing.
   *
   * @return how many of them, at least 1; or an error of the first: EAGAIN, ECONNREFUSED when one
   *     that was sent before has reached nobody, EMSGSIZE, ENETUNREACH
   * @see <a href="https://man7.org/linux/man-pages/man2/sendmmsg.2.html">sendmmsg(2)</a>
   */
  public int send(Fd socket, DatagramBatch from, int first, int count) {
    Objects.checkFromIndexSize(first, count, from.capacity());
    int flags = SocketFlags.MSG_DONTWAIT | SocketFlags.MSG_NOSIGNAL;
    int number = socket.number();
    long at = from.address(first);
    return (int) restartingOn(from, SystemCall.SENDMMSG, number, at, count, flags, 0, 0);
  }
}
