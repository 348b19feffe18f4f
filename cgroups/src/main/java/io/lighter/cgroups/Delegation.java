package io.lighter.cgroups;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Stat;
import org.jspecify.annotations.Nullable;

/**
 * The part of the tree in which this process may make cgroups and have children born in them:
 * everything for the host's root, and for others what root or systemd has left to them.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#delegation">Control Group v2,
 *     "Delegation Containment"</a>
 */
public final class Delegation {
  private final Linux linux;
  private final CgroupTree tree;
  private final @Nullable String own;

  /** Looks where this process is. */
  public Delegation(Linux linux, CgroupTree tree) {
    this.linux = linux;
    this.tree = tree;
    this.own = own(tree);
  }

  private static @Nullable String own(CgroupTree tree) {
    try (Cgroup cgroup = tree.own()) {
      return cgroup.path();
    } catch (CgroupException e) {
      return null; // it lies outside of what is mounted here
    }
  }

  /** Returns the cgroup of this process, or null when it is not to be seen. */
  public @Nullable String own() {
    return own;
  }

  /**
   * Returns whether this process may make a cgroup, with those that are missing above it, and give
   * birth to a child in it: the kernel wants {@code cgroup.procs} of what both lie in.
   *
   * @param path absolute
   */
  public boolean covers(String path) {
    if (own == null || path.equals("/")) {
      return false;
    }
    String existing = above(path);
    while (!existing.equals("/") && !exists(existing)) {
      existing = above(existing);
    }
    return isWritable(existing, ".") && isWritable(common(own, path), "cgroup.procs");
  }

  private boolean exists(String path) {
    try (Cgroup cgroup = tree.openIfExists(path)) {
      return cgroup != null;
    }
  }

  private boolean isWritable(String path, String file) {
    try (Cgroup cgroup = tree.openIfExists(path)) {
      return cgroup != null && isWritable(linux, cgroup.fd(), file);
    }
  }

  static boolean isWritable(Linux linux, Fd folder, String name) {
    try {
      return linux.files().faccessat2(folder, name, Stat.W_OK, 0);
    } catch (LinuxException e) {
      return false;
    }
  }

  /** The innermost cgroup that both paths lie in or are. */
  static String common(String one, String other) {
    String candidate = one;
    while (!candidate.equals("/") && !(other + "/").startsWith(candidate + "/")) {
      candidate = above(candidate);
    }
    return candidate;
  }

  private static String above(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }
}
