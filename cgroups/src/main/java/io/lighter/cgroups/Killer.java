package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LinuxException;
import io.lighter.linux.PidFd;
import io.lighter.linux.Processes;
import io.lighter.linux.Signals;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Kills all processes of a cgroup and below: by the kernel at once, or one by one. */
final class Killer {
  private static final String FILE = "cgroup.kill";

  private Killer() {}

  static void kill(Cgroup cgroup) {
    // The root of a cgroup namespace has the file, and everybody in the namespace would be gone.
    if (cgroup.path().length() == 1) {
      throw new CgroupException("the root cgroup holds the whole system and is not killed");
    }
    try (Fd fd = cgroup.tree().linux().files().openatIfExists(cgroup.fd(), FILE, Fcntl.O_WRONLY)) {
      if (fd != null) {
        cgroup.tree().files().write(fd, "1");
        return;
      }
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENODEV) {
        return;
      }
      // A threaded cgroup: its processes are killed where they are, in the threaded domain.
      throw new CgroupException(
          "cannot kill the processes of the cgroup " + cgroup.path(), e.errno(), e);
    }
    oneByOne(cgroup);
  }

  /**
   * What {@code cgroup.kill} does, for kernels before 5.14: frozen, processes cannot fork away from
   * the signals, and a frozen process dies of SIGKILL all the same.
   */
  private static void oneByOne(Cgroup cgroup) {
    if (cgroup.read("cgroup.controllers") == null) {
      return; // removed: there is nobody
    }
    Freezer.write(cgroup, "1");
    try {
      Set<Integer> signalled = new HashSet<>();
      // A fork that was under way when the freezing began may add one that we have not seen.
      while (signalNew(cgroup, signalled)) {
        // once more
      }
    } finally {
      Freezer.thaw(cgroup);
    }
  }

  private static boolean signalNew(Cgroup cgroup, Set<Integer> signalled) {
    Processes processes = cgroup.tree().linux().processes();
    List<PidFd> opened = new ArrayList<>();
    try {
      for (int pid : Members.below(cgroup)) {
        if (pid == 0) {
          throw new CgroupException(
              "a process of another pid namespace is in the cgroup "
                  + cgroup.path()
                  + " and cannot be killed from here; Linux 5.14 can (cgroup.kill)");
        }
        if (signalled.add(pid)) {
          PidFd process = processes.pidfdOpen(pid);
          if (process != null) {
            opened.add(process);
          }
        }
      }
      // A number that is still listed now was this process' when its descriptor was opened: it was
      // not handed to a stranger in between.
      Set<Integer> still = opened.isEmpty() ? Set.of() : new HashSet<>(Members.below(cgroup));
      for (PidFd process : opened) {
        if (still.contains(process.pid())) {
          processes.signal(process, Signals.SIGKILL);
        }
      }
      return !opened.isEmpty();
    } finally {
      opened.forEach(PidFd::close);
    }
  }
}
