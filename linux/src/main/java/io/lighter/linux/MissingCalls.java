package io.lighter.linux;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The newer system calls that are not to be had: because the kernel is older than they are, or
 * because this process lives under a seccomp filter that was written before them, as containers
 * within containers do. Beside each use of such a call stands what is done without it.
 *
 * <p>Immutable.
 *
 * @param calls the calls; {@link SystemCall#FSOPEN} stands for all three of its family
 */
public record MissingCalls(Set<SystemCall> calls) {
  /** A kernel that has them all. */
  public static final MissingCalls NONE = new MissingCalls(Set.of());

  /** An argument that no call takes, so that it fails before it has done anything. */
  private static final long INVALID_FLAGS = 0x40000000L;

  private static final long NO_FD = -1;

  /** Makes a record of calls. */
  public MissingCalls {
    calls = calls.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(calls));
  }

  /** Returns whether a call is missing. */
  public boolean contains(SystemCall call) {
    return calls.contains(call);
  }

  /**
   * Refuses a kernel that cannot hand a mount over before it is anywhere: open_tree and move_mount
   * have no substitute.
   *
   * @throws UnsupportedOperationException which names them
   */
  public void requireDetachedMounts() {
    Set<SystemCall> absent = EnumSet.of(SystemCall.OPEN_TREE, SystemCall.MOVE_MOUNT);
    absent.retainAll(calls);
    if (!absent.isEmpty()) {
      throw new UnsupportedOperationException(
          "Lighter cannot do without "
              + absent.stream().map(call -> call + "(2)").collect(Collectors.joining(", "))
              + ": "
              + why(absent.iterator().next()));
    }
  }

  /** Returns why a call may be missing, and how to mend it. */
  static String why(SystemCall call) {
    return "it came with Linux "
        + since(call)
        + "; a newer kernel has it, unless a seccomp filter over this process forbids it, as an"
        + " outer container's may (Docker: --security-opt seccomp=unconfined)";
  }

  /** Returns whether {@link #since} knows the call. */
  static boolean isNew(SystemCall call) {
    return !since(call).isEmpty();
  }

  /** Returns the kernel that a call came with, or an empty text when the floor is far above it. */
  private static String since(SystemCall call) {
    return switch (call) {
      case PIDFD_SEND_SIGNAL -> "5.1";
      case OPEN_TREE, MOVE_MOUNT, FSOPEN, FSCONFIG, FSMOUNT, FSPICK -> "5.2";
      case PIDFD_OPEN, CLONE3 -> "5.3";
      case OPENAT2, PIDFD_GETFD -> "5.6";
      case FACCESSAT2 -> "5.8";
      case CLOSE_RANGE -> "5.9";
      case EPOLL_PWAIT2 -> "5.11";
      case MOUNT_SETATTR -> "5.12";
      case FCHMODAT2 -> "6.6";
      case OPEN_TREE_ATTR -> "6.15";
      default -> "";
    };
  }

  /**
   * Asks the kernel, with arguments that it refuses as invalid where it has the call. A filter may
   * answer EPERM instead of ENOSYS, as those of container engines did for years.
   */
  static MissingCalls probe(SystemCalls kernel) {
    Set<SystemCall> missing = EnumSet.noneOf(SystemCall.class);
    for (SystemCall call :
        new SystemCall[] {
          SystemCall.CLONE3,
          SystemCall.OPENAT2,
          SystemCall.PIDFD_OPEN,
          SystemCall.PIDFD_SEND_SIGNAL,
          SystemCall.PIDFD_GETFD,
          SystemCall.MOUNT_SETATTR,
          SystemCall.CLOSE_RANGE,
          SystemCall.FACCESSAT2,
          SystemCall.EPOLL_PWAIT2,
          SystemCall.OPEN_TREE,
          SystemCall.FSCONFIG
        }) {
      long answer = -refusal(kernel, call);
      if (answer == Errno.ENOSYS || answer == Errno.EPERM) {
        missing.add(call);
      }
    }
    for (SystemCall call :
        new SystemCall[] {SystemCall.MOVE_MOUNT, SystemCall.FSOPEN, SystemCall.FSMOUNT}) {
      // Without CAP_SYS_ADMIN these are EPERM on every kernel.
      if (-refusal(kernel, call) == Errno.ENOSYS) {
        missing.add(call);
      }
    }
    if (missing.contains(SystemCall.FSCONFIG) || missing.contains(SystemCall.FSMOUNT)) {
      missing.add(SystemCall.FSOPEN);
    }
    return new MissingCalls(missing);
  }

  private static long refusal(SystemCalls kernel, SystemCall call) {
    return switch (call) {
      case CLOSE_RANGE -> kernel.callCritical(call, 1, 0, 0, 0, 0, 0); // the last before the first
      case CLONE3, FSOPEN -> kernel.callCritical(call, 0, INVALID_FLAGS, 0, 0, 0, 0);
      case OPEN_TREE -> kernel.callCritical(call, NO_FD, 0, INVALID_FLAGS, 0, 0, 0);
      case MOVE_MOUNT -> kernel.callCritical(call, NO_FD, 0, NO_FD, 0, INVALID_FLAGS, 0);
      case FACCESSAT2 -> kernel.callCritical(call, NO_FD, 0, 0, INVALID_FLAGS, 0, 0);
      case FSMOUNT -> kernel.callCritical(call, NO_FD, INVALID_FLAGS, 0, 0, 0, 0);
      default -> kernel.callCritical(call, NO_FD, 0, 0, 0, 0, 0);
    };
  }
}
