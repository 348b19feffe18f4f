package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.MountFlags.*;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Masked and read-only paths.
 *
 * <p>What lies in a procfs or sysfs that this program mounted is named relative to that mount,
 * where only the kernel makes names. A file is covered by the host's {@code /dev/null}, a folder by
 * an empty folder of the host: one call each, while the program still stands in the host's root.
 * Then the whole of procfs is made read-only in one call, and procfs itself writable again in
 * another: what was bound onto it stays read-only. Without mount_setattr each is made read-only by
 * its name.
 */
final class MaskPlan {
  /** What mount(2) makes of a part of procfs or sysfs; what those have themselves, and no less. */
  private static final long READ_ONLY = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;

  private final LaunchProgram program;
  private final Parameter root;
  private final PathKinds host;
  private final @Nullable String emptyFolder;

  /**
   * Prepares the steps.
   *
   * @param emptyFolder of the host; null where the container's root cannot get at it, and empty
   *     file systems take its place
   */
  MaskPlan(LaunchProgram program, Parameter root, PathKinds host, @Nullable String emptyFolder) {
    this.program = program;
    this.root = root;
    this.host = host;
    this.emptyFolder = emptyFolder;
  }

  /**
   * Adds the steps for what lies in one file system of the kernel's.
   *
   * @param mountPoint {@code /proc} or {@code /sys}
   * @param mount its descriptor
   * @param masked normalized paths
   * @param readonly normalized paths
   * @param alreadyReadonly whether the file system itself is read-only
   * @param writable mounts that stand in it and stay writable
   */
  void inKernelFileSystem(
      String mountPoint,
      Step mount,
      List<String> masked,
      List<String> readonly,
      boolean alreadyReadonly,
      List<Parameter> writable) {
    List<String> names = below(mountPoint, masked);
    List<String> kept = below(mountPoint, readonly);
    if (names.isEmpty() && kept.isEmpty()) {
      return;
    }
    program.call(SystemCall.FCHDIR, mount);
    boolean byName = program.missing(SystemCall.MOUNT_SETATTR);
    int followers = byName ? 1 : 0;
    for (String name : kept) {
      program
          .call(SystemCall.MOUNT, name, name, 0, MS_BIND | MS_REC, 0)
          .tolerateAndSkip(followers, Errno.ENOENT);
      if (byName) {
        MountCalls.remount(program, name, READ_ONLY);
      }
    }
    for (String name : names) {
      // What the host does not have now may appear with a module later; then a file is expected,
      // and a folder in its place fails the start, which is safe.
      boolean folder = host.of(mountPoint + "/" + name) == PathKinds.Kind.FOLDER;
      if (folder && emptyFolder == null) {
        mountEmpty(name).tolerate(Errno.ENOENT);
      } else {
        program
            .call(
                SystemCall.MOUNT,
                folder ? Objects.requireNonNull(emptyFolder) : "/dev/null",
                name,
                0,
                MS_BIND,
                0)
            .tolerateAndSkip(folder ? followers : 0, Errno.ENOENT);
        if (folder && byName) {
          MountCalls.remount(program, name, READ_ONLY);
        }
      }
    }
    if (byName) {
      return;
    }
    setattr(mount, AT_RECURSIVE, MOUNT_ATTR_RDONLY, 0);
    if (!alreadyReadonly) {
      setattr(mount, 0, 0, MOUNT_ATTR_RDONLY);
    }
    for (Parameter tree : writable) {
      setattr(tree, 0, 0, MOUNT_ATTR_RDONLY);
    }
  }

  /** Adds the steps for one masked path that may lie anywhere in the root. */
  void mask(String path, PathKinds.Kind kind) {
    boolean folder = kind == PathKinds.Kind.FOLDER;
    boolean ownFileSystem =
        folder && (emptyFolder == null || program.missing(SystemCall.MOUNT_SETATTR));
    Step target = open(path, folder && !ownFileSystem ? 3 : 2);
    if (ownFileSystem) {
      program.call(SystemCall.FCHDIR, target);
      mountEmpty(".");
      return;
    }
    Step source =
        program.call(
            SystemCall.OPEN_TREE,
            AT_FDCWD,
            folder ? Objects.requireNonNull(emptyFolder) : "/dev/null",
            OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (folder) {
      // Or the container could fill the folder that masks the others, too.
      setattr(source, 0, MOUNT_ATTR_RDONLY, 0);
    }
    MountCalls.moveOnto(program, source, target);
  }

  private Step mountEmpty(String name) {
    return program.call(
        SystemCall.MOUNT,
        "tmpfs",
        name,
        "tmpfs",
        MS_RDONLY | MS_NOSUID | MS_NODEV,
        "nr_blocks=1,nr_inodes=1");
  }

  /** Adds the steps for one read-only path that may lie anywhere in the root. */
  void readonly(String path) {
    if (program.missing(SystemCall.MOUNT_SETATTR)) {
      throw new UnsupportedSpecException(
          "linux.readonlyPaths",
          "the read-only path " + path + " outside of /proc and /sys",
          "only mount_setattr(2) of Linux 5.12 leaves the other attributes of its mount as they"
              + " are, and this kernel or a seccomp filter over it does not have that; bind it"
              + " there by mounts, with the option ro");
    }
    Step target = open(path, 3);
    Step tree =
        program.call(
            SystemCall.OPEN_TREE,
            target,
            "",
            OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
    setattr(tree, AT_RECURSIVE, MOUNT_ATTR_RDONLY, 0);
    MountCalls.moveOnto(program, tree, target);
  }

  private Step open(String path, int followers) {
    List<Step> steps = OpenBelow.steps(program, root, path, O_PATH, 0);
    for (int i = 0; i < steps.size(); i++) {
      int skipped = steps.size() - 1 - i + followers;
      if (steps.size() == 1) {
        steps.get(i).tolerateAndSkip(skipped, Errno.ENOENT, Errno.ENOTDIR);
      } else {
        // ENOTDIR may be a link that was not followed: what is behind it must not stay unmasked.
        steps.get(i).tolerateAndSkip(skipped, Errno.ENOENT);
      }
    }
    return steps.getLast();
  }

  private void setattr(Object mount, int flags, long set, long clear) {
    MountCalls.setattr(program, mount, flags, set, clear);
  }

  /** Returns the names relative to a mount point of the paths that lie below it. */
  private static List<String> below(String mountPoint, List<String> paths) {
    List<String> names = new ArrayList<>();
    for (String path : paths) {
      if (ContainerPath.isBelow(path, mountPoint) && path.length() > mountPoint.length()) {
        names.add(path.substring(mountPoint.length() + 1));
      }
    }
    return names;
  }
}
