package io.lighter.linux;

/**
 * A place, most of them of a cgroup, where the kernel runs programs, by the name of its {@code enum
 * bpf_attach_type} without {@code BPF_}. It settles what a program is given and what its result
 * means.
 *
 * @see <a href="https://docs.kernel.org/bpf/libbpf/program_types.html">program types and attach
 *     types</a>
 */
public enum BpfHook {
  /** A process wants a device: {@link DeviceContext}. */
  CGROUP_DEVICE(6, 15),
  /** A socket gets a local address, before: {@link SockAddrContext}. */
  CGROUP_INET4_BIND(8, 18),
  CGROUP_INET6_BIND(9, 18),
  /** A socket is connected, TCP or UDP: {@link SockAddrContext}. */
  CGROUP_INET4_CONNECT(10, 18),
  /** Also an IPv6 socket to an IPv4 address, which is mapped then. */
  CGROUP_INET6_CONNECT(11, 18),
  /** A socket got a local address: {@link SockContext}. */
  CGROUP_INET4_POST_BIND(12, 9),
  CGROUP_INET6_POST_BIND(13, 9),
  /** A datagram is sent by a socket that is not connected: {@link SockAddrContext}. */
  CGROUP_UDP4_SENDMSG(14, 18),
  CGROUP_UDP6_SENDMSG(15, 18),
  /** A process is told where a datagram came from. Must return 1. Since Linux 5.2. */
  CGROUP_UDP4_RECVMSG(19, 18),
  CGROUP_UDP6_RECVMSG(20, 18),
  /** A process asks what a socket is connected to. Must return 1. Since Linux 5.8. */
  CGROUP_INET4_GETPEERNAME(29, 18),
  CGROUP_INET6_GETPEERNAME(30, 18),
  /** A socket is closed by the last who had it: {@link SockContext}. Since Linux 5.9. */
  CGROUP_INET_SOCK_RELEASE(34, 9),
  /** Something happens to a TCP socket: {@link SockOpsContext}. Must return 1. Since Linux 4.13. */
  CGROUP_SOCK_OPS(3, 13),
  /**
   * A socket of a SOCKHASH sends: {@link SkMsgContext}. It is attached to the map, by {@link
   * Bpf#attachTo}, and to no cgroup. Since Linux 4.18.
   */
  SK_MSG_VERDICT(7, 16);

  private final int attachType;
  private final int programType;

  BpfHook(int attachType, int programType) {
    this.attachType = attachType;
    this.programType = programType;
  }

  int attachType() {
    return attachType;
  }

  /** Returns the {@code enum bpf_prog_type}. */
  int programType() {
    return programType;
  }
}
