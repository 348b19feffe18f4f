package io.lighter.linux;

/**
 * What a TCP connection has carried, as the kernel counts.
 *
 * @param bytesAcked of what was sent, what the other end has; a FIN or SYN counts as one
 * @param bytesReceived in order, whether read or not; a FIN counts as one
 * @param notSent written, but not sent once yet
 * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7), TCP_INFO</a>
 */
public record TcpInfo(long bytesAcked, long bytesReceived, long notSent) {
  /** Offsets in struct tcp_info of {@code <linux/tcp.h>}; Linux 4.6 has all three. */
  static final int BYTES_ACKED = 120;

  static final int BYTES_RECEIVED = 128;
  static final int NOTSENT_BYTES = 144;
  static final int SIZE = 148;
}
