package io.lighter.linux;

/**
 * What a program is given of a socket: the layout of {@code struct bpf_sock} of {@code
 * <linux/bpf.h>}, to which its register r1 points. It is read only. Where a socket got a local
 * address, the program returns 1 to let it be and 0 to refuse it with EPERM.
 */
public final class SockContext {
  /** A u32: the number of the interface that it is bound to, or 0. */
  public static final int BOUND_DEV_IF = 0;

  /** A u32, AF_INET or AF_INET6. */
  public static final int FAMILY = 4;

  /** A u32, SOCK_STREAM or SOCK_DGRAM. */
  public static final int TYPE = 8;

  /** A u32, {@link SocketFlags#IPPROTO_TCP} for example. */
  public static final int PROTOCOL = 12;

  /** A u32 in network order. At the post_bind hook for IPv4. */
  public static final int SRC_IP4 = 24;

  /** Four u32 in network order. At the post_bind hook for IPv6. */
  public static final int SRC_IP6 = 28;

  /** A u32, the port in the order of the machine. At the post_bind hooks. */
  public static final int SRC_PORT = 44;

  /** A u16 in network order; 0 when the socket is not connected. */
  public static final int DST_PORT = 48;

  /** A u32 in network order. */
  public static final int DST_IP4 = 52;

  /** Four u32 in network order; of a socket of IPv6 only. */
  public static final int DST_IP6 = 56;

  /** A u32: TCP_ESTABLISHED and so on of {@code <net/tcp_states.h>}. */
  public static final int STATE = 72;

  /** Of {@link #STATE}: both ends may send. */
  public static final int TCP_ESTABLISHED = 1;

  /** Of {@link #STATE}: connect(2) has begun, and the other end has not answered. */
  public static final int TCP_SYN_SENT = 2;

  /** Of {@link #STATE}: not connected, or no longer. */
  public static final int TCP_CLOSE = 7;

  /** Of {@link #STATE}: the other end has said that it sends no more. */
  public static final int TCP_CLOSE_WAIT = 8;

  private SockContext() {}
}
