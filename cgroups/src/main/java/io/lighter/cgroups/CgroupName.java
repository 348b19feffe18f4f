package io.lighter.cgroups;

/** What may be the name of a cgroup. */
final class CgroupName {
  /** NAME_MAX of {@code <linux/limits.h>}. */
  private static final int LONGEST = 255;

  private CgroupName() {}

  /** Refuses a name that would be a path, or that the kernel refuses (a newline). */
  static String check(String name) {
    if (name.isEmpty()
        || name.length() > LONGEST
        || name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || name.indexOf('\n') >= 0) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' cannot be the name of a cgroup: 1 to 255 characters without '/' or newline,"
              + " not '.' or '..'");
    }
    return name;
  }

  /** Refuses what is no path of a cgroup from the root: {@code /} or {@code /a/b}. */
  static void checkPath(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "'" + path + "' is no path of a cgroup: it starts with '/', the root of the tree");
    }
    if (path.length() > 1) {
      for (String name : path.substring(1).split("/", -1)) {
        check(name);
      }
    }
  }
}
