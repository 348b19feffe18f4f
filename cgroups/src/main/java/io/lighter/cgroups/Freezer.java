package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.LinuxException;
import java.time.Duration;

/**
 * Stops and continues the processes of a cgroup.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#core-interface-files">Control
 *     Group v2, Core Interface Files</a>
 */
final class Freezer {
  private static final String FILE = "cgroup.freeze";

  private Freezer() {}

  static void freeze(Cgroup cgroup, Duration within) {
    try (EventsFile events = new EventsFile(cgroup)) {
      write(cgroup, "1");
      boolean frozen = false;
      try {
        frozen = events.awaitFrozen(Deadline.in(within));
      } finally {
        // A cgroup that is left half frozen hangs everything that later waits for its processes.
        if (!frozen) {
          thaw(cgroup);
        }
      }
      if (!frozen) {
        throw new CgroupException(
            "the cgroup "
                + cgroup.path()
                + " did not freeze within "
                + within.toMillis()
                + " ms and runs again; among its processes one waits in the kernel where it cannot"
                + " stop (state D in ps): "
                + ProcessNames.of(cgroup.tree().files(), Members.below(cgroup)));
      }
    }
  }

  static void thaw(Cgroup cgroup) {
    write(cgroup, "0");
  }

  static void write(Cgroup cgroup, String value) {
    try {
      cgroup.tree().files().write(cgroup.fd(), FILE, value);
    } catch (LinuxException e) {
      String what = value.equals("1") ? "freeze" : "thaw";
      String why = e.errno() == Errno.ENOENT ? "; it is the root, or has been removed" : "";
      throw new CgroupException(
          "cannot " + what + " the cgroup " + cgroup.path() + why, e.errno(), e);
    }
  }
}
