package io.lighter.linux;

/**
 * What a program is given where an address is used: the layout of {@code struct bpf_sock_addr} of
 * {@code <linux/bpf.h>}, to which its register r1 points. The program may store another address and
 * port there. It returns 1 to let the call go on and 0 to refuse it with EPERM.
 *
 * @see <a href="https://docs.kernel.org/bpf/libbpf/program_types.html">program types</a>
 */
public final class SockAddrContext {
  /** A u32 in network order. At the hooks for IPv4. */
  public static final int USER_IP4 = 4;

  /** Four u32 in network order, also as two u64. At the hooks for IPv6. */
  public static final int USER_IP6 = 8;

  /** A u32 whose lower half is the port in network order; the upper half is zero. */
  public static final int USER_PORT = 24;

  /** A u32, AF_INET or AF_INET6. */
  public static final int FAMILY = 28;

  /** A u32, SOCK_STREAM or SOCK_DGRAM. */
  public static final int TYPE = 32;

  /** A u32, {@link SocketFlags#IPPROTO_TCP} for example. */
  public static final int PROTOCOL = 36;

  private SockAddrContext() {}
}
