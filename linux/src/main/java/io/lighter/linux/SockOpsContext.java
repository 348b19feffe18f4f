package io.lighter.linux;

/**
 * What a program is given when something happens to a TCP socket: the layout of {@code struct
 * bpf_sock_ops} of {@code <linux/bpf.h>}, to which its register r1 points.
 *
 * @see <a href="https://docs.kernel.org/bpf/libbpf/program_types.html">program types</a>
 */
public final class SockOpsContext {
  /** Of {@link #OP}: connect(2) is about to send the first segment. */
  public static final int TCP_CONNECT = 3;

  /** Of {@link #OP}: what connect(2) began is established, before anybody hears of it. */
  public static final int ACTIVE_ESTABLISHED = 4;

  /** Of {@link #OP}: what was asked of a listening socket is established, before it is accepted. */
  public static final int PASSIVE_ESTABLISHED = 5;

  /** A u32: what happens. */
  public static final int OP = 0;

  /** A u32, AF_INET or AF_INET6. */
  public static final int FAMILY = 20;

  /** A u32 in network order, as the next. Of AF_INET. */
  public static final int REMOTE_IP4 = 24;

  public static final int LOCAL_IP4 = 28;

  /** Four u32 in network order, as the next. Of AF_INET6. */
  public static final int REMOTE_IP6 = 32;

  public static final int LOCAL_IP6 = 48;

  /** A u32 in network order: the upper half, as a little-endian machine reads it, is the port. */
  public static final int REMOTE_PORT = 64;

  /** A u32 in the order of the machine. */
  public static final int LOCAL_PORT = 68;

  /** A u32: the sequence number that the next byte from the other end has. */
  public static final int RCV_NXT = 100;

  /** A u32: the sequence number that the next byte to the other end has. */
  public static final int SND_NXT = 104;

  /** A u32: the first that the other end has not acknowledged. */
  public static final int SND_UNA = 108;

  /** A u32: how many segments with data have come, the one at hand among them. */
  public static final int DATA_SEGS_IN = 144;

  /** A u64: a pointer to the socket, {@link SockContext}, or 0. */
  public static final int SK = 184;

  private SockOpsContext() {}
}
