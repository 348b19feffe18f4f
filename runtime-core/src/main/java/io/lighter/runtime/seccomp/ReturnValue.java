package io.lighter.runtime.seccomp;

import io.lighter.linux.Errno;
import io.lighter.linux.SeccompFilter;
import io.lighter.runtime.spec.SeccompAction;
import org.jspecify.annotations.Nullable;

/** What a filter returns for an action. */
final class ReturnValue {
  /** The answer of a kernel that does not have the call. */
  static final int NO_SUCH_CALL = SeccompFilter.SECCOMP_RET_ERRNO | Errno.ENOSYS;

  private ReturnValue() {}

  /**
   * Returns the value for {@code action}; its errno is EPERM if {@code errno} is absent.
   *
   * @param where for errors: which part of the profile this is
   * @throws IllegalArgumentException if the action takes no errno, or not that one
   */
  static int of(SeccompAction action, @Nullable Integer errno, String where) {
    if (errno != null && !action.takesErrno()) {
      throw new IllegalArgumentException(
          where + ": " + action.term() + " takes no errno, so leave errnoRet " + errno + " out");
    }
    int data = errno == null ? Errno.EPERM : errno;
    return switch (action) {
      case KILL, KILL_THREAD -> SeccompFilter.SECCOMP_RET_KILL_THREAD;
      case KILL_PROCESS -> SeccompFilter.SECCOMP_RET_KILL_PROCESS;
      case TRAP -> SeccompFilter.SECCOMP_RET_TRAP;
      case ERRNO -> SeccompFilter.SECCOMP_RET_ERRNO | checked(data, SeccompFilter.MAX_ERRNO, where);
      case TRACE ->
          SeccompFilter.SECCOMP_RET_TRACE | checked(data, SeccompFilter.SECCOMP_RET_DATA, where);
      case ALLOW -> SeccompFilter.SECCOMP_RET_ALLOW;
      case LOG -> SeccompFilter.SECCOMP_RET_LOG;
      case NOTIFY -> SeccompFilter.SECCOMP_RET_USER_NOTIF;
    };
  }

  private static int checked(int errno, int maximum, String where) {
    if (errno < 0 || errno > maximum) {
      throw new IllegalArgumentException(
          where + ": errnoRet is " + errno + ", the kernel takes 0 to " + maximum);
    }
    return errno;
  }

  /**
   * Returns whether {@code value} leaves a call less freedom than {@code other}: the order in which
   * the kernel prefers the answers of several filters.
   */
  static boolean isStricter(int value, int other) {
    return (value & SeccompFilter.SECCOMP_RET_ACTION_FULL)
        < (other & SeccompFilter.SECCOMP_RET_ACTION_FULL);
  }

  /** Returns whether a call goes ahead, or at least to a tracer that may let it. */
  static boolean isPermissive(int value) {
    return !isStricter(value, SeccompFilter.SECCOMP_RET_TRACE);
  }

  /** Returns the value as the disassembly prints it: {@code ERRNO(1)}. */
  static String name(int value) {
    int data = value & SeccompFilter.SECCOMP_RET_DATA;
    return switch (value & SeccompFilter.SECCOMP_RET_ACTION_FULL) {
      case SeccompFilter.SECCOMP_RET_KILL_PROCESS -> "KILL_PROCESS";
      case SeccompFilter.SECCOMP_RET_KILL_THREAD -> "KILL_THREAD";
      case SeccompFilter.SECCOMP_RET_TRAP -> "TRAP";
      case SeccompFilter.SECCOMP_RET_ERRNO -> "ERRNO(" + data + ")";
      case SeccompFilter.SECCOMP_RET_USER_NOTIF -> "USER_NOTIF";
      case SeccompFilter.SECCOMP_RET_TRACE -> "TRACE(" + data + ")";
      case SeccompFilter.SECCOMP_RET_LOG -> "LOG";
      case SeccompFilter.SECCOMP_RET_ALLOW -> "ALLOW";
      default -> "0x" + Integer.toHexString(value);
    };
  }
}
