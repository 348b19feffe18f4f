package io.lighter.linux;

/**
 * A descriptor of a process, which stays that process' when its number is used again.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_open.2.html">pidfd_open(2)</a>
 */
public final class PidFd extends Fd {
  private final int pid;

  PidFd(SystemCalls calls, long number, int pid) {
    super(calls, number);
    this.pid = pid;
  }

  /** Returns the process id in the pid namespace of this JVM, to be shown and not to be used. */
  public int pid() {
    return pid;
  }

  @Override
  public String toString() {
    return "pid " + pid + " (" + super.toString() + ")";
  }
}
