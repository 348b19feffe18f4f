package io.lighter.linux;

/**
 * Constants of {@code <linux/stat.h>}, {@code <dirent.h>}, {@code <unistd.h>} and {@code
 * <linux/fs.h>}, by their C names. The file types are in {@link Fcntl}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
 */
public final class Stat {
  public static final int STATX_BASIC_STATS = 0x7ff;
  public static final int STATX_BTIME = 0x800;

  /** Since Linux 5.8. */
  public static final int STATX_MNT_ID = 0x1000;

  public static final long STATX_ATTR_IMMUTABLE = 0x10;
  public static final long STATX_ATTR_APPEND = 0x20;

  /** Since Linux 5.8. */
  public static final long STATX_ATTR_MOUNT_ROOT = 0x2000;

  public static final int DT_UNKNOWN = 0;
  public static final int DT_FIFO = 1;
  public static final int DT_CHR = 2;
  public static final int DT_DIR = 4;
  public static final int DT_BLK = 6;
  public static final int DT_REG = 8;
  public static final int DT_LNK = 10;
  public static final int DT_SOCK = 12;
  public static final int DT_WHT = 14;

  public static final int F_OK = 0;
  public static final int X_OK = 1;
  public static final int W_OK = 2;
  public static final int R_OK = 4;

  public static final int RENAME_NOREPLACE = 1;
  public static final int RENAME_EXCHANGE = 2;
  public static final int RENAME_WHITEOUT = 4;

  public static final int SEEK_SET = 0;
  public static final int SEEK_CUR = 1;
  public static final int SEEK_END = 2;
  public static final int SEEK_DATA = 3;
  public static final int SEEK_HOLE = 4;

  /** The nanoseconds that let utimensat leave a time as it is. */
  public static final long UTIME_OMIT = (1L << 30) - 2;

  /** The nanoseconds that let utimensat set the time to now. */
  public static final long UTIME_NOW = (1L << 30) - 1;

  private Stat() {}
}
