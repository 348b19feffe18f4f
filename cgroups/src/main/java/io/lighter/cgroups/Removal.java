package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.LinuxException;

/**
 * Removes a cgroup and all below it, sleeping until the last process has gone.
 *
 * <p>One system call when the cgroup is empty, as it is when its processes have been waited for.
 */
final class Removal {
  private Removal() {}

  static void destroy(Cgroup cgroup, Deadline deadline) {
    if (!rmdir(cgroup)) {
      Killer.kill(cgroup);
      remove(cgroup, deadline);
    }
  }

  static void remove(Cgroup cgroup, Deadline deadline) {
    while (!rmdir(cgroup)) {
      awaitEmpty(cgroup, deadline);
      Children.forEach(cgroup, child -> remove(child, deadline));
    }
  }

  /** Tries at once; returns false when processes or children are in the way. */
  private static boolean rmdir(Cgroup cgroup) {
    if (cgroup.path().length() == 1) {
      throw new CgroupException("the root cgroup cannot be removed");
    }
    try {
      // What is gone already has been removed: ENOENT is as good.
      cgroup
          .tree()
          .linux()
          .files()
          .unlinkat(cgroup.fd(), "../" + cgroup.name(), Fcntl.AT_REMOVEDIR);
      return true;
    } catch (LinuxException e) {
      if (e.errno() == Errno.EBUSY) {
        return false;
      }
      throw new CgroupException("cannot remove the cgroup " + cgroup.path(), e.errno(), e);
    }
  }

  private static void awaitEmpty(Cgroup cgroup, Deadline deadline) {
    if (cgroup.awaitEmpty(deadline)) {
      return;
    }
    throw new CgroupException(
        "cannot remove the cgroup "
            + cgroup.path()
            + ", processes are left in it; end them first (kill): "
            + ProcessNames.of(cgroup.tree().files(), Members.below(cgroup)),
        Errno.EBUSY,
        null);
  }
}
