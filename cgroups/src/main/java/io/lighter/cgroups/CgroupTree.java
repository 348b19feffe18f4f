package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The cgroup v2 tree of this machine: where it is, which controllers are in it, which are
 * elsewhere.
 *
 * <p>On a host of one tree that is {@code /sys/fs/cgroup}; on a hybrid host, where the controllers
 * are bound to cgroup v1, it is {@code /sys/fs/cgroup/unified} and has those that v1 left over:
 * then it serves to hold, freeze and kill processes, and a limit of a controller that is elsewhere
 * is refused. Immutable and safe for use by many threads.
 */
public final class CgroupTree {
  private final Linux linux;
  private final ControlFiles files;
  private final CgroupMounts mounts;
  private final String mountPoint;
  private final Set<Controller> controllers;

  private CgroupTree(Linux linux, CgroupMounts mounts, String mountPoint) {
    this.linux = linux;
    this.files = new ControlFiles(linux.files());
    this.mounts = mounts;
    this.mountPoint = mountPoint;
    this.controllers =
        Collections.unmodifiableSet(
            Controller.parse(files.read(Fd.WORKING_FOLDER, mountPoint + "/cgroup.controllers")));
  }

  /**
   * Finds the tree in the mount namespace of this process.
   *
   * @throws CgroupException when cgroup v2 is mounted nowhere
   */
  public static CgroupTree locate(Linux linux) {
    ControlFiles files = new ControlFiles(linux.files());
    CgroupMounts mounts = CgroupMounts.parse(files.read(Fd.WORKING_FOLDER, "/proc/self/mountinfo"));
    if (mounts.unified() == null) {
      throw new CgroupException(
          "cgroup v2 is mounted nowhere; mount it: mount -t cgroup2 cgroup2 /sys/fs/cgroup"
              + (mounts.legacy().isEmpty() ? "" : "/unified"));
    }
    return new CgroupTree(linux, mounts, mounts.unified());
  }

  Linux linux() {
    return linux;
  }

  ControlFiles files() {
    return files;
  }

  /** Returns the folder where the tree is mounted. */
  public String mountPoint() {
    return mountPoint;
  }

  /** Returns the controllers that the tree has, of those that Lighter knows. */
  public Set<Controller> controllers() {
    return controllers;
  }

  /** Returns whether cgroup v1 has controllers on this machine. */
  public boolean hybrid() {
    return !elsewhere().isEmpty();
  }

  /** Returns the controllers that are bound to cgroup v1. */
  public Set<Controller> elsewhere() {
    Set<Controller> found = EnumSet.noneOf(Controller.class);
    for (Controller controller : Controller.values()) {
      if (mounts.legacy().containsKey(controller.nameInV1())) {
        found.add(controller);
      }
    }
    return found;
  }

  /**
   * Refuses the first setting whose controller the tree does not have. Costs no system call: a
   * start that cannot have its limits should fail before anything is made.
   *
   * @throws CgroupException naming the setting, where its controller is, and the way out
   */
  public void check(Collection<Setting> settings) {
    for (Setting setting : settings) {
      Controller controller = setting.controller();
      if (controller != null && !controllers.contains(controller)) {
        throw new CgroupException(setting.file() + ": " + whyNot(controller));
      }
    }
  }

  /** Returns where a controller is that the tree does not have, and what can be done. */
  String whyNot(Controller controller) {
    String legacy = mounts.legacy().get(controller.nameInV1());
    if (legacy != null) {
      return "the controller "
          + controller
          + " is mounted as cgroup v1 at "
          + legacy
          + "; boot with systemd.unified_cgroup_hierarchy=1 (or cgroup_no_v1=all), or leave the"
          + " limit out";
    }
    return "the cgroup v2 tree at "
        + mountPoint
        + " has no controller "
        + controller
        + ": the kernel was built without it or booted with cgroup_disable="
        + controller.nameInV1()
        + ", or this is a container that was not given it; leave the limit out";
  }

  /** Opens the topmost cgroup that is visible. */
  public Cgroup root() {
    return open("/");
  }

  /**
   * Opens the cgroup in which this process is.
   *
   * @throws CgroupException when it lies outside of what is mounted
   */
  public Cgroup own() {
    for (String line : files.read(Fd.WORKING_FOLDER, "/proc/self/cgroup").split("\n", -1)) {
      if (line.startsWith("0::")) {
        return open(visible(line.substring("0::".length())));
      }
    }
    throw new CgroupException("/proc/self/cgroup has no line 0:: of cgroup v2");
  }

  /** Turns a path in the cgroup namespace into one below the mount point. */
  private String visible(String path) {
    String root = mounts.root();
    if (root.equals("/")) {
      return path;
    }
    if (path.equals(root)) {
      return "/";
    }
    if (path.startsWith(root + "/")) {
      return path.substring(root.length());
    }
    throw new CgroupException(
        "this process is in the cgroup " + path + ", but " + mountPoint + " shows only " + root);
  }

  /**
   * Opens a cgroup.
   *
   * @param path from the root, such as {@code /lighter/web}
   * @throws CgroupException when it is not there
   */
  public Cgroup open(String path) {
    Cgroup cgroup = openIfExists(path);
    if (cgroup == null) {
      throw new CgroupException("there is no cgroup " + path + " in " + mountPoint);
    }
    return cgroup;
  }

  /** Opens a cgroup that may not be there; null then. */
  public @Nullable Cgroup openIfExists(String path) {
    CgroupName.checkPath(path);
    Fd fd =
        linux
            .files()
            .openatIfExists(
                Fd.WORKING_FOLDER,
                mountPoint + path,
                Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW);
    return fd == null ? null : new Cgroup(this, fd, path);
  }

  /** Opens a cgroup, made before where it is not there, with all that it lies in. */
  public Cgroup create(String path) {
    CgroupName.checkPath(path);
    for (int end = path.indexOf('/', 1); path.length() > 1; end = path.indexOf('/', end + 1)) {
      String part = end < 0 ? path : path.substring(0, end);
      try {
        linux.files().mkdirat(Fd.WORKING_FOLDER, mountPoint + part, Cgroup.MODE);
      } catch (LinuxException e) {
        throw cannotMake(part, e);
      }
      if (end < 0) {
        break;
      }
    }
    return open(path);
  }

  static CgroupException cannotMake(String path, LinuxException e) {
    String why =
        switch (e.errno()) {
          case Errno.EAGAIN -> "; cgroup.max.descendants or cgroup.max.depth above it is reached";
          case Errno.EROFS -> "; the cgroup tree is mounted read-only";
          case Errno.EACCES, Errno.EPERM -> "; its parent belongs to another user";
          case Errno.ENOENT, Errno.ENODEV -> "; its parent has been removed";
          default -> "";
        };
    return new CgroupException("cannot make the cgroup " + path + why, e.errno(), e);
  }
}
