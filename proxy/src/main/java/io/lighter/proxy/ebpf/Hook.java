package io.lighter.proxy.ebpf;

import io.lighter.linux.BpfHook;
import io.lighter.linux.EbpfProgram;
import java.util.Locale;

/**
 * The programs of a balancer, each for its place in the kernel, in the order in which they are
 * attached: who asks for a peer must be told of the service before the first connection is
 * redirected.
 */
enum Hook {
  RELEASE(BpfHook.CGROUP_INET_SOCK_RELEASE),
  /** Is there only while a service asks for turbo. */
  PAIR(BpfHook.CGROUP_SOCK_OPS),
  /** Is there only while a service asks for ejection. */
  OUTCOME(BpfHook.CGROUP_SOCK_OPS),
  RECVMSG4(BpfHook.CGROUP_UDP4_RECVMSG),
  RECVMSG6(BpfHook.CGROUP_UDP6_RECVMSG),
  GETPEERNAME4(BpfHook.CGROUP_INET4_GETPEERNAME),
  GETPEERNAME6(BpfHook.CGROUP_INET6_GETPEERNAME),
  POST_BIND4(BpfHook.CGROUP_INET4_POST_BIND),
  POST_BIND6(BpfHook.CGROUP_INET6_POST_BIND),
  SENDMSG4(BpfHook.CGROUP_UDP4_SENDMSG),
  SENDMSG6(BpfHook.CGROUP_UDP6_SENDMSG),
  CONNECT4(BpfHook.CGROUP_INET4_CONNECT),
  CONNECT6(BpfHook.CGROUP_INET6_CONNECT);

  private final BpfHook place;

  Hook(BpfHook place) {
    this.place = place;
  }

  BpfHook place() {
    return place;
  }

  /** Returns the name under which the kernel lists the program. */
  String programName() {
    return Layout.PROGRAM_PREFIX + name().toLowerCase(Locale.ROOT).replace("getpeername", "peer");
  }

  /**
   * Writes the program.
   *
   * @param namespace the cookie of the node's own network namespace
   * @param setsErrno whether the kernel lets it say more than EPERM
   */
  EbpfProgram program(long namespace, boolean setsErrno) {
    boolean ipv6 = name().endsWith("6");
    return switch (this) {
      case RELEASE -> ReleaseProgram.write();
      case PAIR -> PairingProgram.write();
      case OUTCOME -> OutcomeProgram.write();
      case RECVMSG4, RECVMSG6 -> OriginProgram.write(ipv6, false);
      case GETPEERNAME4, GETPEERNAME6 -> OriginProgram.write(ipv6, true);
      case POST_BIND4, POST_BIND6 -> BindProgram.write(ipv6, namespace, setsErrno);
      case SENDMSG4, SENDMSG6 -> TranslationProgram.write(ipv6, true, setsErrno);
      case CONNECT4, CONNECT6 -> TranslationProgram.write(ipv6, false, setsErrno);
    };
  }
}
