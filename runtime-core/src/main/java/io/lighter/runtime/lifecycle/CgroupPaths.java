package io.lighter.runtime.lifecycle;

import io.lighter.runtime.spec.UnsupportedSpecException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a container's cgroup lies: config-linux.md, "Cgroups Path". */
final class CgroupPaths {
  /** What a relative path is relative to. */
  static final String BASE = "/lighter";

  private CgroupPaths() {}

  /**
   * Returns the absolute path.
   *
   * @param asked {@code linux.cgroupsPath}, or null
   * @throws UnsupportedSpecException for a path that is meant for systemd
   */
  static String of(@Nullable String asked, String id) {
    if (asked == null || asked.isEmpty()) {
      return BASE + "/" + id;
    }
    if (!asked.contains("/") && asked.chars().filter(c -> c == ':').count() == 2) {
      throw new UnsupportedSpecException(
          "linux.cgroupsPath",
          "a cgroup that systemd makes (\"" + asked + "\")",
          "it was not asked for; lighter oci --systemd-cgroup does");
    }
    String path = asked.startsWith("/") ? asked : BASE + "/" + asked;
    String clean = path.replaceAll("/+", "/").replaceAll("/$", "");
    for (String part : clean.split("/", -1)) {
      if (part.equals("..") || part.equals(".")) {
        throw new UnsupportedSpecException(
            "linux.cgroupsPath", "a path with . or .. in it (\"" + asked + "\")");
      }
    }
    return clean.isEmpty() ? BASE + "/" + id : clean;
  }

  /** Returns a path below a container's cgroup, with a slash in front of it. */
  static String below(String asked) {
    String path = asked.startsWith("/") ? asked : "/" + asked;
    if (List.of(path.split("/", -1)).contains("..")) {
      throw new LifecycleException("the cgroup " + asked + " is not below the container's");
    }
    return path.equals("/") ? "" : path;
  }
}
