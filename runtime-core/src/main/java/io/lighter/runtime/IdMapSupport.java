package io.lighter.runtime;

import static io.lighter.linux.FileSystemMagic.*;

import io.lighter.linux.Fd;
import io.lighter.linux.FileSystemStatus;
import io.lighter.linux.Linux;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Since which kernel a file system can be mounted with mapped ids.
 *
 * @param name as in {@code /proc/filesystems}
 * @param since the version of the kernel, or null where no released one can
 * @see <a href="https://man7.org/linux/man-pages/man2/mount_setattr.2.html">mount_setattr(2)</a>,
 *     section "ID-mapped mounts"
 */
record IdMapSupport(String name, @Nullable String since) {

  /** Looks at the file system of an open file. */
  static IdMapSupport of(Linux linux, Fd file) {
    try (Arena arena = Arena.ofConfined()) {
      FileSystemStatus status = new FileSystemStatus(arena);
      linux.files().fstatfs(file, status);
      return of(status.type());
    }
  }

  private static IdMapSupport of(long magic) {
    if (magic == EXT4_SUPER_MAGIC) {
      return new IdMapSupport("ext4", "5.12");
    } else if (magic == XFS_SUPER_MAGIC) {
      return new IdMapSupport("xfs", "5.12");
    } else if (magic == MSDOS_SUPER_MAGIC) {
      return new IdMapSupport("vfat", "5.12");
    } else if (magic == BTRFS_SUPER_MAGIC) {
      return new IdMapSupport("btrfs", "5.15");
    } else if (magic == NTFS3_SUPER_MAGIC) {
      return new IdMapSupport("ntfs3", "5.15");
    } else if (magic == F2FS_SUPER_MAGIC) {
      return new IdMapSupport("f2fs", "5.18");
    } else if (magic == EROFS_SUPER_MAGIC_V1) {
      return new IdMapSupport("erofs", "5.19");
    } else if (magic == SQUASHFS_MAGIC) {
      return new IdMapSupport("squashfs", "6.2");
    } else if (magic == TMPFS_MAGIC) {
      return new IdMapSupport("tmpfs", "6.3");
    } else if (magic == CEPH_SUPER_MAGIC) {
      return new IdMapSupport("ceph", "6.7");
    } else if (magic == HUGETLBFS_MAGIC) {
      return new IdMapSupport("hugetlbfs", "6.9");
    } else if (magic == FUSE_SUPER_MAGIC) {
      return new IdMapSupport("fuse", "6.12");
    }
    return new IdMapSupport(other(magic), null);
  }

  private static String other(long magic) {
    if (magic == OVERLAYFS_SUPER_MAGIC) {
      return "overlay";
    } else if (magic == NFS_SUPER_MAGIC) {
      return "nfs";
    } else if (magic == PROC_SUPER_MAGIC) {
      return "proc";
    } else if (magic == SYSFS_MAGIC) {
      return "sysfs";
    } else if (magic == HOSTFS_SUPER_MAGIC) {
      return "hostfs";
    }
    return "the file system of type 0x" + Long.toHexString(magic);
  }

  /** Returns what a user is told when the running kernel refuses. */
  String refusal(String release) {
    return name
        + " cannot be mounted with mapped ids"
        + (since == null ? "; no kernel can do it" : " before Linux " + since)
        + " (this is "
        + release
        + "): map the ids of a folder on another file system, or leave uidMappings and gidMappings"
        + " out";
  }
}
