package io.lighter.linux;

/**
 * Constants of {@code <linux/seccomp.h>}, by their C names, and the offsets in {@code struct
 * seccomp_data}, which a filter reads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp.2.html">seccomp(2)</a>
 */
public final class SeccompFilter {
  public static final int SECCOMP_SET_MODE_FILTER = 1;

  public static final int SECCOMP_FILTER_FLAG_TSYNC = 1;
  public static final int SECCOMP_FILTER_FLAG_LOG = 1 << 1;
  public static final int SECCOMP_FILTER_FLAG_SPEC_ALLOW = 1 << 2;
  public static final int SECCOMP_FILTER_FLAG_NEW_LISTENER = 1 << 3;

  /** Since Linux 5.7; without it the kernel refuses TSYNC together with NEW_LISTENER. */
  public static final int SECCOMP_FILTER_FLAG_TSYNC_ESRCH = 1 << 4;

  /** Since Linux 5.19; only together with NEW_LISTENER. */
  public static final int SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 1 << 5;

  public static final int SECCOMP_RET_KILL_PROCESS = 0x80000000;
  public static final int SECCOMP_RET_KILL_THREAD = 0x00000000;
  public static final int SECCOMP_RET_TRAP = 0x00030000;
  public static final int SECCOMP_RET_ERRNO = 0x00050000;
  public static final int SECCOMP_RET_USER_NOTIF = 0x7FC00000;
  public static final int SECCOMP_RET_TRACE = 0x7FF00000;
  public static final int SECCOMP_RET_LOG = 0x7FFC0000;
  public static final int SECCOMP_RET_ALLOW = 0x7FFF0000;
  public static final int SECCOMP_RET_ACTION_FULL = 0xFFFF0000;
  public static final int SECCOMP_RET_DATA = 0x0000FFFF;

  /** The largest errno that the kernel passes on; what is above it becomes this. */
  public static final int MAX_ERRNO = 4095;

  /** The number of arguments of a system call. */
  public static final int ARGUMENTS = 6;

  /** The bytes of {@code struct seccomp_data}. */
  public static final int DATA_SIZE = 64;

  /** {@code seccomp_data.nr}, an int. */
  public static final int DATA_NR = 0;

  /** {@code seccomp_data.arch}, a u32. */
  public static final int DATA_ARCH = 4;

  private SeccompFilter() {}

  /** Returns the offset of the low half of {@code seccomp_data.args[index]}. */
  public static int argumentLow(int index) {
    return 16 + 8 * index;
  }

  /** Returns the offset of the high half of {@code seccomp_data.args[index]}. */
  public static int argumentHigh(int index) {
    return 16 + 8 * index + 4;
  }
}
