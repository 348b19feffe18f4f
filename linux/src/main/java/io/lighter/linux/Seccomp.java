package io.lighter.linux;

/**
 * Filters on the system calls of the calling thread. A container's filter is loaded by its launch
 * program; this is for a thread of this process.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp.2.html">seccomp(2)</a>
 */
public final class Seccomp extends CallGroup {
  Seccomp(SystemCalls calls) {
    super(calls);
  }

  /**
   * Adds a filter to the calling thread and what it creates, for good. Needs no_new_privs or
   * CAP_SYS_ADMIN.
   *
   * @param flags SECCOMP_FILTER_FLAG_LOG and _SPEC_ALLOW of {@link SeccompFilter}
   */
  public void load(SockFprog filter, int flags) {
    int mode = SeccompFilter.SECCOMP_SET_MODE_FILTER;
    long at = filter.address();
    long result = restartingOn(filter, SystemCall.SECCOMP, mode, flags, at, 0, 0, 0);
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.SECCOMP, result, mode, flags, at, 0, 0, 0);
    }
  }
}
