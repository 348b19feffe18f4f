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
    set(filter, flags);
  }

  /**
   * Adds a filter as {@link #load} does, and opens the listener of the calls that it notifies of
   * (SECCOMP_RET_USER_NOTIF); {@link SeccompNotifications} is for who has it. There can be one
   * listener in a chain of filters.
   *
   * @param flags SECCOMP_FILTER_FLAG_ bits; SECCOMP_FILTER_FLAG_NEW_LISTENER is added
   * @throws LinuxException EBUSY when a filter of the thread has a listener
   */
  public Fd loadWithListener(SockFprog filter, int flags) {
    return new Fd(calls, set(filter, flags | SeccompFilter.SECCOMP_FILTER_FLAG_NEW_LISTENER));
  }

  private long set(SockFprog filter, int flags) {
    int mode = SeccompFilter.SECCOMP_SET_MODE_FILTER;
    long at = filter.address();
    long result = restartingOn(filter, SystemCall.SECCOMP, mode, flags, at, 0, 0, 0);
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.SECCOMP, result, mode, flags, at, 0, 0, 0);
    }
    return result;
  }
}
