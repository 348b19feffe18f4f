package io.lighter.cgroups;

/**
 * Settings of the controller {@code pids}.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#pid">Control Group v2, PID</a>
 */
public final class PidsSettings {
  /** PID_MAX_LIMIT of {@code <linux/threads.h>} on 64-bit machines. */
  private static final long MOST = 4L << 20;

  private PidsSettings() {}

  /**
   * {@code pids.max}: how many tasks, threads counted, may be there; fork fails with EAGAIN above.
   *
   * @param tasks 0 to 4194304, or {@link Setting#UNLIMITED}
   */
  public static Setting max(long tasks) {
    String file = "pids.max";
    if (tasks != Setting.UNLIMITED) {
      Setting.within(file, tasks, 0, MOST);
    }
    return Setting.ofLimit(Controller.PIDS, file, tasks);
  }
}
