package io.lighter.linux;

/**
 * Constants of {@code <linux/magic.h>}, by their C names: what {@link FileSystemStatus#type}
 * returns.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/statfs.2.html">statfs(2)</a>
 */
public final class FileSystemMagic {
  public static final long BTRFS_SUPER_MAGIC = 0x9123683EL;
  public static final long CGROUP_SUPER_MAGIC = 0x27e0ebL;
  public static final long CGROUP2_SUPER_MAGIC = 0x63677270L;
  public static final long CEPH_SUPER_MAGIC = 0x00c36400L;
  public static final long DEVPTS_SUPER_MAGIC = 0x1cd1L;
  public static final long EROFS_SUPER_MAGIC_V1 = 0xE0F5E1E2L;
  public static final long EXT4_SUPER_MAGIC = 0xEF53L;
  public static final long F2FS_SUPER_MAGIC = 0xF2F52010L;
  public static final long FUSE_SUPER_MAGIC = 0x65735546L;
  public static final long HOSTFS_SUPER_MAGIC = 0x00c0ffeeL;
  public static final long HUGETLBFS_MAGIC = 0x958458f6L;
  public static final long MSDOS_SUPER_MAGIC = 0x4d44L;
  public static final long NFS_SUPER_MAGIC = 0x6969L;
  public static final long NTFS3_SUPER_MAGIC = 0x7366746eL;
  public static final long NSFS_MAGIC = 0x6e736673L;
  public static final long OVERLAYFS_SUPER_MAGIC = 0x794c7630L;
  public static final long PROC_SUPER_MAGIC = 0x9fa0L;
  public static final long RAMFS_MAGIC = 0x858458f6L;
  public static final long SQUASHFS_MAGIC = 0x73717368L;
  public static final long SYSFS_MAGIC = 0x62656572L;
  public static final long TMPFS_MAGIC = 0x01021994L;
  public static final long XFS_SUPER_MAGIC = 0x58465342L;

  private FileSystemMagic() {}
}
