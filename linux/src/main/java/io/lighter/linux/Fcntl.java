package io.lighter.linux;

/**
 * Constants of {@code <fcntl.h>} and {@code <linux/openat2.h>}, by their C names.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
 */
public final class Fcntl {
  private static final boolean ARM = Architecture.current() == Architecture.AARCH64;

  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0100;
  public static final int O_EXCL = 0200;
  public static final int O_NOCTTY = 0400;
  public static final int O_TRUNC = 01000;
  public static final int O_APPEND = 02000;
  public static final int O_NONBLOCK = 04000;
  public static final int O_DSYNC = 010000;
  public static final int O_DIRECT = ARM ? 0200000 : 040000;
  public static final int O_DIRECTORY = ARM ? 040000 : 0200000;
  public static final int O_NOFOLLOW = ARM ? 0100000 : 0400000;
  public static final int O_CLOEXEC = 02000000;
  public static final int O_PATH = 010000000;
  public static final int O_TMPFILE = 020000000 | O_DIRECTORY;

  public static final int AT_FDCWD = -100;
  public static final int AT_SYMLINK_NOFOLLOW = 0x100;
  public static final int AT_REMOVEDIR = 0x200;
  public static final int AT_SYMLINK_FOLLOW = 0x400;
  public static final int AT_NO_AUTOMOUNT = 0x800;

  /** For faccessat2: by the effective ids and the capabilities in force. */
  public static final int AT_EACCESS = 0x200;

  public static final int AT_EMPTY_PATH = 0x1000;
  public static final int AT_RECURSIVE = 0x8000;

  /** A lock that many may have: flock(2). */
  public static final int LOCK_SH = 1;

  /** A lock that one may have. */
  public static final int LOCK_EX = 2;

  /** Do not wait for the lock. */
  public static final int LOCK_NB = 4;

  /** Gives a lock back. */
  public static final int LOCK_UN = 8;

  /** No magic links of procfs, such as {@code /proc/self/exe}. */
  public static final long RESOLVE_NO_MAGICLINKS = 0x02;

  /** Stay on the mount where the resolution starts. */
  public static final long RESOLVE_NO_XDEV = 0x01;

  /** No symbolic link at all, magic ones included. */
  public static final long RESOLVE_NO_SYMLINKS = 0x04;

  /** Refuse to leave the folder where the resolution starts. */
  public static final long RESOLVE_BENEATH = 0x08;

  /** Treat the folder where the resolution starts as {@code /}. */
  public static final long RESOLVE_IN_ROOT = 0x10;

  public static final int CLOSE_RANGE_UNSHARE = 2;
  public static final int CLOSE_RANGE_CLOEXEC = 4;

  public static final int F_GETFD = 1;
  public static final int F_SETFD = 2;
  public static final int F_GETFL = 3;
  public static final int F_SETFL = 4;
  public static final int F_GETLK = 5;
  public static final int F_SETLK = 6;
  public static final int F_DUPFD_CLOEXEC = 1030;
  public static final int F_SETPIPE_SZ = 1031;
  public static final int F_GETPIPE_SZ = 1032;
  public static final int F_ADD_SEALS = 1033;
  public static final int F_GET_SEALS = 1034;
  public static final int FD_CLOEXEC = 1;

  /** File type bits of a mode: {@code <linux/stat.h>}. */
  public static final int S_IFMT = 0170000;

  public static final int S_IFSOCK = 0140000;
  public static final int S_IFLNK = 0120000;
  public static final int S_IFREG = 0100000;
  public static final int S_IFBLK = 0060000;
  public static final int S_IFDIR = 0040000;
  public static final int S_IFCHR = 0020000;
  public static final int S_IFIFO = 0010000;

  private Fcntl() {}
}
