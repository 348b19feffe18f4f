package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.LinuxException;
import java.util.ArrayList;
import java.util.List;

/** The processes of a cgroup: listing them and adding one. */
final class Members {
  private static final String FILE = "cgroup.procs";

  private Members() {}

  static List<Integer> of(Cgroup cgroup) {
    String text;
    try {
      text = cgroup.tree().files().readIfExists(cgroup.fd(), FILE);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENODEV) {
        return List.of();
      }
      throw e;
    }
    if (text == null) {
      return List.of();
    }
    List<Integer> pids = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (!line.isEmpty()) {
        pids.add(Integer.valueOf(line));
      }
    }
    return pids;
  }

  /** Lists the processes of a cgroup and of all below it. */
  static List<Integer> below(Cgroup cgroup) {
    List<Integer> pids = new ArrayList<>(of(cgroup));
    Children.forEach(cgroup, child -> pids.addAll(below(child)));
    return pids;
  }

  static void add(Cgroup cgroup, int pid) {
    try {
      cgroup.tree().files().write(cgroup.fd(), FILE, Integer.toString(pid));
    } catch (LinuxException e) {
      String why =
          switch (e.errno()) {
            case Errno.ESRCH -> ": there is no such process";
            case Errno.EBUSY ->
                ": controllers are enabled for its children, so it cannot hold processes itself";
            case Errno.EAGAIN -> ": its pids.max or that of a parent is reached";
            case Errno.ENOSPC -> ": its cpuset has no CPU or no memory node";
            case Errno.EACCES, Errno.EPERM ->
                ": both cgroups and what they lie in must be this user's";
            case Errno.ENOENT, Errno.ENODEV -> ": the cgroup has been removed";
            case Errno.EOPNOTSUPP -> ": the cgroup is threaded or invalid (cgroup.type)";
            default -> "";
          };
      throw new CgroupException(
          "cannot move process " + pid + " into the cgroup " + cgroup.path() + why, e.errno(), e);
    }
  }
}
