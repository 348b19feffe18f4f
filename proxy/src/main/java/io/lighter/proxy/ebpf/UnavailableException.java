package io.lighter.proxy.ebpf;

import io.lighter.linux.Errno;
import io.lighter.linux.LinuxException;

/** This host does not let us balance in its kernel: tier one takes all. The message says why. */
public final class UnavailableException extends RuntimeException {
  private UnavailableException(String why, LinuxException cause) {
    super("connections cannot be balanced in the kernel: " + why, cause);
  }

  static UnavailableException of(LinuxException e) {
    return new UnavailableException(why(e), e);
  }

  private static String why(LinuxException e) {
    return switch (e.errno()) {
      case Errno.ENOSYS -> "it was built without CONFIG_BPF_SYSCALL, or hides bpf(2)";
      case Errno.EINVAL -> "it was built without CONFIG_CGROUP_BPF, or the cgroup is not of v2";
      case Errno.EPERM, Errno.EACCES ->
          "this process may not load BPF programs: it needs CAP_BPF and CAP_NET_ADMIN (and"
              + " CAP_SYS_ADMIN to take over from an earlier process), in the host's user"
              + " namespace, and no filter that denies bpf(2)";
      default -> e.toString();
    };
  }
}
