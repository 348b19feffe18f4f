package io.lighter.runtime.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A system-call filter (config-linux.md, "Seccomp").
 *
 * @param defaultAction for a call that no rule matches
 * @param defaultErrnoRet errno of that action, when it takes one; absent means EPERM
 * @param architectures architectures to filter; absent means the native one
 * @param flags flags of seccomp(2)
 * @param listenerPath UNIX socket that gets the notification descriptor of {@code SCMP_ACT_NOTIFY}
 * @param listenerMetadata opaque text sent along to that socket
 * @param syscalls rules
 */
public record Seccomp(
    SeccompAction defaultAction,
    @Nullable Integer defaultErrnoRet,
    List<SeccompArch> architectures,
    List<SeccompFlag> flags,
    @Nullable String listenerPath,
    @Nullable String listenerMetadata,
    List<SeccompSyscall> syscalls) {
  public Seccomp {
    architectures = List.copyOf(architectures);
    flags = List.copyOf(flags);
    syscalls = List.copyOf(syscalls);
  }
}
