package io.lighter.linux;

/**
 * A descriptor of a process, which stays that process' when its number is used again.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_open.2.html">pidfd_open(2)</a>
 */
public final class PidFd extends Fd {
  private final int pid;
  private final boolean folder;

  PidFd(SystemCalls calls, long number, int pid) {
    this(calls, number, pid, false);
  }

  /**
   * Takes a descriptor over.
   *
   * @param folder whether it is of the process' folder in procfs: {@link ProcessFolders}
   */
  PidFd(SystemCalls calls, long number, int pid, boolean folder) {
    super(calls, number);
    this.pid = pid;
    this.folder = folder;
  }

  boolean isFolder() {
    return folder;
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
