package io.lighter.cgroups;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the cgroup hierarchies are mounted in a mount namespace.
 *
 * @param unified mount point of the cgroup v2 tree, or null when there is none
 * @param root which cgroup of the tree is mounted there: {@code /} unless it is a bind mount of a
 *     part, or the mount of another cgroup namespace
 * @param legacy mount points of cgroup v1 by the controller's name there
 */
record CgroupMounts(@Nullable String unified, String root, Map<String, String> legacy) {
  /** Where the v2 tree is on a host of one tree, and on a hybrid one: systemd's layout. */
  private static final List<String> USUAL = List.of("/sys/fs/cgroup", "/sys/fs/cgroup/unified");

  private static final int ROOT = 3;
  private static final int MOUNT_POINT = 4;

  /**
   * Reads the text of {@code /proc/self/mountinfo}. Of several mounts of the v2 tree the usual
   * places come first; of several at one place the last, which hides the others.
   *
   * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">
   *     proc_pid_mountinfo(5)</a>
   */
  static CgroupMounts parse(String mountinfo) {
    Map<String, String> unified = new HashMap<>();
    Map<String, String> legacy = new HashMap<>();
    String first = null;
    for (String line : mountinfo.split("\n", -1)) {
      int separator = line.indexOf(" - ");
      if (separator < 0) {
        continue;
      }
      String[] mount = line.substring(0, separator).split(" ", -1);
      String[] fileSystem = line.substring(separator + 3).split(" ", -1);
      String point = unescape(mount[MOUNT_POINT]);
      unified.remove(point);
      if (fileSystem[0].equals("cgroup2")) {
        unified.put(point, unescape(mount[ROOT]));
        first = first == null ? point : first;
      } else if (fileSystem[0].equals("cgroup")) {
        for (String option : fileSystem[2].split(",", -1)) {
          legacy.put(option, point);
        }
      }
    }
    String chosen = USUAL.stream().filter(unified::containsKey).findFirst().orElse(first);
    if (chosen == null || !unified.containsKey(chosen)) {
      chosen = unified.keySet().stream().findFirst().orElse(null);
    }
    String root = chosen == null ? "/" : unified.getOrDefault(chosen, "/");
    return new CgroupMounts(chosen, root, Map.copyOf(legacy));
  }

  /** Blanks and backslashes are written as a backslash and three octal digits. */
  private static String unescape(String path) {
    int at = path.indexOf('\\');
    if (at < 0) {
      return path;
    }
    StringBuilder text = new StringBuilder(path.substring(0, at));
    while (at < path.length()) {
      char c = path.charAt(at);
      if (c == '\\' && at + 3 < path.length()) {
        text.append((char) Integer.parseInt(path.substring(at + 1, at + 4), 8));
        at += 4;
      } else {
        text.append(c);
        at++;
      }
    }
    return text.toString();
  }
}
