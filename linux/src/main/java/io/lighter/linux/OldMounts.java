package io.lighter.linux;

import java.lang.foreign.Arena;
import java.util.List;

/**
 * Detached mounts as mount(2) makes and changes them, which is where fsopen(2) or mount_setattr(2)
 * is missing: at a place in a mount namespace that nobody else sees, of which a detached clone is
 * handed on. It takes a thread each, some 0.2 ms.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/mount.2.html">mount(2)</a>
 */
final class OldMounts {
  /** A folder that every host has, to mount at where procfs is not needed afterwards. */
  private static final String PLACE = "/proc";

  /** Where a tree is attached: over the root, in which procfs stays to be seen; and a file. */
  private static final String FOLDER = "/";

  private static final String FILE = "/proc/version";

  private static final int CLONE = MountFlags.OPEN_TREE_CLONE | Fcntl.AT_EMPTY_PATH;

  private final Linux linux;
  private final Mounts mounts;
  private final Files files;

  OldMounts(SystemCalls calls) {
    this.linux = new Linux(calls);
    this.mounts = linux.mounts();
    this.files = linux.files();
  }

  /** Makes a file system and returns its mount, detached. */
  Fd create(String type, List<String> options, long attributes) {
    String data = String.join(",", options);
    return MountThread.run(
        linux,
        "mount-" + type,
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            long flags = flags(attributes);
            mounts.mount(type, PLACE, flags, arena.allocateFrom(data));
          }
          return mounts.openTree(Fd.WORKING_FOLDER, PLACE, MountFlags.OPEN_TREE_CLONE);
        });
  }

  /** Changes a detached tree; its descriptor then stands for the changed one. */
  void setattr(Fd tree, boolean recursive, long set, long clear, long propagation) {
    if (propagation == MountFlags.MS_UNBINDABLE) {
      // What cannot be cloned cannot be handed on either.
      throw LinuxException.of(
          SystemCall.MOUNT_SETATTR, Errno.ENOSYS, "mount_setattr(MS_UNBINDABLE)");
    }
    Fd changed =
        MountThread.run(
            linux,
            "mount-attributes",
            () -> {
              attach(tree);
              if (set != 0 || clear != 0) {
                change(tree, set, clear);
                if (recursive) {
                  changeBelow(tree, set, clear);
                }
              }
              if (propagation != 0) {
                long all = recursive ? MountFlags.MS_REC : 0;
                mounts.propagate(tree.procPath(), propagation | all);
              }
              return mounts.openTree(tree, "", CLONE | Fcntl.AT_RECURSIVE);
            });
    try (changed) {
      linux.descriptors().dup3(changed, tree, Fcntl.O_CLOEXEC);
    }
  }

  /** Only what is mounted somewhere can be changed; a file can only be where a file is. */
  private void attach(Fd tree) {
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      files.statx(tree, status);
      String place = status.isFolder() ? FOLDER : FILE;
      try (Fd target = files.openat(Fd.WORKING_FOLDER, place, Fcntl.O_PATH, 0)) {
        mounts.moveMount(tree, target);
      }
    }
  }

  private void change(Fd mount, long set, long clear) {
    try (Arena arena = Arena.ofConfined()) {
      FileSystemStatus status = new FileSystemStatus(arena);
      files.fstatfs(mount, status);
      long attributes = (status.mountAttributes() & ~clear) | set;
      mounts.remount(mount.procPath(), flags(attributes));
    }
  }

  /** Changes the mounts below, as mountinfo has them; what another covers, nobody can reach. */
  private void changeBelow(Fd tree, long set, long clear) {
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      files.statx(tree, status);
      for (MountInfo.Entry below : MountInfo.ofThread().below(status.mountId())) {
        String path = below.place().substring(1);
        long rules = Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_SYMLINKS;
        try (Fd mount = files.openat2(tree, path, Fcntl.O_PATH, 0, rules)) {
          files.statx(mount, status);
          if (status.mountId() == below.id()) {
            change(mount, set, clear);
          }
        }
      }
    }
  }

  /** Returns attributes as mount(2) has them. */
  static long flags(long attributes) {
    long same = MountFlags.MOUNT_ATTR_RDONLY | MountFlags.MOUNT_ATTR_NOSUID;
    same |= MountFlags.MOUNT_ATTR_NODEV | MountFlags.MOUNT_ATTR_NOEXEC;
    long flags = attributes & same;
    flags |= bit(attributes, MountFlags.MOUNT_ATTR_NODIRATIME, MountFlags.MS_NODIRATIME);
    flags |= bit(attributes, MountFlags.MOUNT_ATTR_NOSYMFOLLOW, MountFlags.MS_NOSYMFOLLOW);
    long time = attributes & MountFlags.MOUNT_ATTR__ATIME;
    if (time == MountFlags.MOUNT_ATTR_NOATIME) {
      return flags | MountFlags.MS_NOATIME;
    }
    boolean strict = time == MountFlags.MOUNT_ATTR_STRICTATIME;
    return flags | (strict ? MountFlags.MS_STRICTATIME : MountFlags.MS_RELATIME);
  }

  private static long bit(long attributes, long attribute, long flag) {
    return (attributes & attribute) != 0 ? flag : 0;
  }
}
