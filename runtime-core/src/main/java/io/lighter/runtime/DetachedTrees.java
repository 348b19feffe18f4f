package io.lighter.runtime;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.FileSystemMagic;
import io.lighter.linux.FileSystemStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.MountFlags;
import io.lighter.runtime.launch.LaunchInputs.AttributeChange;
import io.lighter.runtime.launch.LaunchInputs.BindInput;
import io.lighter.runtime.launch.LaunchInputs.CgroupInput;
import io.lighter.runtime.launch.LaunchInputs.FilledTmpfsInput;
import io.lighter.runtime.launch.LaunchInputs.IdMap;
import io.lighter.runtime.launch.LaunchInputs.TreeInput;
import io.lighter.runtime.spec.RootfsPropagation;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Makes the mounts that a container gets from its starter: detached, so that nobody but the
 * container ever sees them, and gone with their descriptors when the start fails.
 *
 * <p>Safe for use by many threads.
 */
final class DetachedTrees {
  /** The root folder of every procfs: PROC_ROOT_INO of {@code <linux/proc_fs.h>}. */
  private static final long PROC_ROOT_INO = 1;

  private final Linux linux;
  private final IdMapNamespaces idMaps;

  DetachedTrees(Linux linux, IdMapNamespaces idMaps) {
    this.linux = linux;
    this.idMaps = idMaps;
  }

  /**
   * Makes a tree.
   *
   * @param root the container's root, for what is copied from it
   * @param cgroup the container's cgroup, or null when it has none of its own
   * @throws StartException naming the mount and what is wrong with it
   */
  Fd open(TreeInput input, Fd root, @Nullable Fd cgroup) {
    try {
      return switch (input) {
        case BindInput bind -> bind(bind);
        case FilledTmpfsInput tmpfs -> filledTmpfs(tmpfs, root);
        case CgroupInput own -> cgroup(own, cgroup);
      };
    } catch (LinuxException e) {
      throw failed(input, e.getMessage(), e);
    }
  }

  private static StartException failed(TreeInput input, @Nullable String why, Throwable cause) {
    String source = input instanceof BindInput bind ? bind.source() + ": " : "";
    return new StartException("the mount at " + input.destination() + ": " + source + why, cause);
  }

  private Fd bind(BindInput bind) {
    int flags =
        MountFlags.OPEN_TREE_CLONE
            | (bind.recursive() ? Fcntl.AT_RECURSIVE : 0)
            | (bind.followed() ? 0 : Fcntl.AT_SYMLINK_NOFOLLOW);
    Fd tree = linux.mounts().openTree(Fd.WORKING_FOLDER, bind.source(), flags);
    try {
      if (bind.destination().equals("/proc")) {
        requireProcfs(tree);
      }
      for (AttributeChange change : bind.attributes()) {
        change(tree, change);
      }
      IdMap ids = bind.ids();
      if (ids != null) {
        mapIds(bind, tree, ids);
      }
      return tree;
    } catch (RuntimeException e) {
      tree.close();
      throw e;
    }
  }

  /** The content of another folder there would pass for the kernel's: CVE-2019-16884. */
  private void requireProcfs(Fd tree) {
    try (Arena arena = Arena.ofConfined()) {
      FileSystemStatus system = new FileSystemStatus(arena);
      FileStatus status = new FileStatus(arena);
      linux.files().fstatfs(tree, system);
      linux.files().statx(tree, status);
      if (system.type() != FileSystemMagic.PROC_SUPER_MAGIC || status.ino() != PROC_ROOT_INO) {
        throw new StartException(
            StartException.Kind.RUNTIME,
            "the mount at /proc: only a whole procfs can be bound there");
      }
    }
  }

  private void change(Fd tree, AttributeChange change) {
    linux
        .mounts()
        .mountSetattr(
            tree,
            change.recursive() ? Fcntl.AT_RECURSIVE : 0,
            change.set(),
            change.clear(),
            change.propagation());
  }

  private void mapIds(BindInput bind, Fd tree, IdMap ids) {
    try {
      idMaps.map(tree, ids);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EINVAL || e.call() != io.lighter.linux.SystemCall.MOUNT_SETATTR) {
        throw e;
      }
      String release = linux.uname().release();
      throw failed(bind, IdMapSupport.of(linux, tree).refusal(release), e);
    }
  }

  private Fd filledTmpfs(FilledTmpfsInput input, Fd root) {
    Fd tmpfs = emptyTmpfs(input);
    try {
      TreeCopy.fill(linux, tmpfs, root, input.destination(), input.options());
      linux.mounts().mountSetattr(tmpfs, 0, input.attributes(), cleared(input), 0);
      return tmpfs;
    } catch (RuntimeException e) {
      tmpfs.close();
      throw e;
    }
  }

  /** Read-only and the like come when it is full. */
  private Fd emptyTmpfs(FilledTmpfsInput input) {
    if (linux.mounts().lacksContexts()) {
      try {
        return linux.mounts().create("tmpfs", input.options(), 0);
      } catch (LinuxException e) {
        String refused = RefusedOption.find(linux, "tmpfs", input.options());
        throw failed(input, refused == null ? e.getMessage() : refused, e);
      }
    }
    try (Fd context = linux.mounts().fsopen("tmpfs")) {
      for (String option : input.options()) {
        set(input, context, option);
      }
      linux.mounts().create(context);
      return linux.mounts().fsmount(context, 0);
    }
  }

  /** The kinds of access time are one field, which is cleared before one of them is set. */
  private static long cleared(FilledTmpfsInput input) {
    return (input.attributes() & MountFlags.MOUNT_ATTR__ATIME) != 0
        ? MountFlags.MOUNT_ATTR__ATIME
        : 0;
  }

  private void set(FilledTmpfsInput input, Fd context, String option) {
    try {
      linux.mounts().set(context, option);
    } catch (LinuxException e) {
      String message = linux.mounts().message(context);
      throw failed(
          input,
          "the kernel refuses the option \""
              + option
              + "\" ("
              + (message.isEmpty() ? e.getMessage() : message)
              + ")",
          e);
    }
  }

  private Fd cgroup(CgroupInput input, @Nullable Fd cgroup) {
    if (cgroup == null) {
      throw new StartException(
          StartException.Kind.RUNTIME,
          "the mount at "
              + input.destination()
              + ": the container has no cgroup of its own to show; give it a cgroup namespace");
    }
    int flags = MountFlags.OPEN_TREE_CLONE | Fcntl.AT_EMPTY_PATH;
    Fd tree = linux.mounts().openTree(cgroup, "", flags);
    try {
      linux.mounts().mountSetattr(tree, 0, input.attributes(), 0, MountFlags.MS_PRIVATE);
      return tree;
    } catch (RuntimeException e) {
      tree.close();
      throw e;
    }
  }

  /**
   * Returns what the root is cut off from the host by: MS_SLAVE where the host's shall reach it.
   */
  static long propagation(@Nullable RootfsPropagation propagation) {
    boolean slave =
        propagation == RootfsPropagation.SLAVE || propagation == RootfsPropagation.RSLAVE;
    return slave ? MountFlags.MS_SLAVE : MountFlags.MS_PRIVATE;
  }

  /**
   * Takes a clone of a tree out of the group of the mounts that it was cloned from, and returns it;
   * otherwise a container's mounts would appear on a host whose mounts are shared, and pivot_root
   * would refuse it.
   */
  Fd cutOff(Fd tree, long propagation) {
    try {
      linux.mounts().mountSetattr(tree, Fcntl.AT_RECURSIVE, 0, 0, propagation);
      return tree;
    } catch (RuntimeException e) {
      tree.close();
      throw e;
    }
  }
}
