package io.lighter.runtime.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules of the system-call filter. */
final class SeccompRules {
  private static final String AT = "linux.seccomp.";

  private SeccompRules() {}

  static void check(@Nullable Seccomp seccomp, Problems problems) {
    if (seccomp == null) {
      return;
    }
    errno(seccomp.defaultAction(), seccomp.defaultErrnoRet(), AT + "defaultErrnoRet", problems);
    // Every call would wait for the listener, the one that hands over its descriptor too.
    problems.require(
        seccomp.defaultAction() != SeccompAction.NOTIFY,
        AT + "defaultAction",
        "cannot be " + SeccompAction.NOTIFY.term() + "; name the calls to notify of in syscalls");
    List<SeccompSyscall> syscalls = seccomp.syscalls();
    for (int i = 0; i < syscalls.size(); i++) {
      syscall(syscalls.get(i), AT + "syscalls[" + i + "]", problems);
    }
    listener(seccomp, problems);
  }

  private static void syscall(SeccompSyscall syscall, String at, Problems problems) {
    problems.require(!syscall.names().isEmpty(), at + ".names", "names no system call");
    errno(syscall.action(), syscall.errnoRet(), at + ".errnoRet", problems);
    problems.require(
        syscall.action() != SeccompAction.NOTIFY
            || (!syscall.names().contains("write") && !syscall.names().contains("read")),
        at + ".names",
        "read and write cannot be notified of: the process waits by them until the agent has the"
            + " listener");
  }

  private static void listener(Seccomp seccomp, Problems problems) {
    boolean notifies =
        seccomp.syscalls().stream().anyMatch(s -> s.action() == SeccompAction.NOTIFY);
    problems.requireAbsolute(seccomp.listenerPath(), AT + "listenerPath");
    problems.require(
        !notifies || seccomp.listenerPath() != null,
        AT + "listenerPath",
        "is missing; " + SeccompAction.NOTIFY.term() + " needs the socket of a listener");
    problems.require(
        seccomp.listenerMetadata() == null || seccomp.listenerPath() != null,
        AT + "listenerMetadata",
        "has no listener to go to; add listenerPath");
    problems.require(
        notifies || !seccomp.flags().contains(SeccompFlag.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV),
        AT + "flags",
        "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV goes with " + SeccompAction.NOTIFY.term());
  }

  private static void errno(
      SeccompAction action, @Nullable Integer errno, String path, Problems problems) {
    problems.require(
        errno == null || action.takesErrno(),
        path,
        action.term() + " takes no errno; remove it or use " + SeccompAction.ERRNO.term());
  }
}
