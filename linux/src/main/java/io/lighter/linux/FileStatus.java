package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What statx says about a file, in memory that is used again for the next file. Not thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
 */
public final class FileStatus {
  /** Offsets in struct statx: {@code <linux/stat.h>}; the same on all architectures. */
  private static final int SIZE_OF = 256;

  private static final int BLKSIZE = 4;
  private static final int ATTRIBUTES = 8;
  private static final int NLINK = 16;
  private static final int UID = 20;
  private static final int GID = 24;
  private static final int MODE = 28;
  private static final int INO = 32;
  private static final int SIZE = 40;
  private static final int BLOCKS = 48;
  private static final int ATIME = 64;
  private static final int CTIME = 96;
  private static final int MTIME = 112;
  private static final int RDEV_MAJOR = 128;
  private static final int RDEV_MINOR = 132;
  private static final int DEV_MAJOR = 136;
  private static final int DEV_MINOR = 140;
  private static final int MNT_ID = 144;

  /** Offset of the nanoseconds within a struct statx_timestamp. */
  private static final int NANOS = 8;

  private final MemorySegment memory;

  /** Makes a status in the arena's memory. */
  public FileStatus(Arena arena) {
    memory = arena.allocate(SIZE_OF, Long.BYTES);
  }

  long address() {
    return memory.address();
  }

  void clear() {
    memory.fill((byte) 0);
  }

  /** Returns type and permissions: S_IF bits of {@link Fcntl} and 07777. */
  public int mode() {
    return Short.toUnsignedInt(memory.get(JAVA_SHORT, MODE));
  }

  /** Returns the type: one of the S_IF values of {@link Fcntl}, 0 when nothing was found. */
  public int type() {
    return mode() & Fcntl.S_IFMT;
  }

  /** Returns the permissions with set-user-ID, set-group-ID and sticky bit: 0 to 07777. */
  public int permissions() {
    return mode() & 07777;
  }

  public boolean isFolder() {
    return type() == Fcntl.S_IFDIR;
  }

  public boolean isRegularFile() {
    return type() == Fcntl.S_IFREG;
  }

  public boolean isSymbolicLink() {
    return type() == Fcntl.S_IFLNK;
  }

  /** Returns whether this is a block or character device. */
  public boolean isDevice() {
    return type() == Fcntl.S_IFCHR || type() == Fcntl.S_IFBLK;
  }

  /**
   * Returns whether overlayfs takes this file for "deleted": a character device 0/0.
   *
   * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">Overlay Filesystem</a>
   */
  public boolean isWhiteout() {
    return type() == Fcntl.S_IFCHR
        && memory.get(JAVA_INT, RDEV_MAJOR) == 0
        && memory.get(JAVA_INT, RDEV_MINOR) == 0;
  }

  /** Returns the owner, 0 to 2^32-1. */
  public long uid() {
    return unsigned(UID);
  }

  /** Returns the group, 0 to 2^32-1. */
  public long gid() {
    return unsigned(GID);
  }

  /** Returns the size in bytes; of a symbolic link the length of its target. */
  public long size() {
    return memory.get(JAVA_LONG, SIZE);
  }

  /** Returns what is really stored, in units of 512 bytes. */
  public long blocks() {
    return memory.get(JAVA_LONG, BLOCKS);
  }

  /** Returns the block size that suits reading and writing, in bytes. */
  public long blockSize() {
    return unsigned(BLKSIZE);
  }

  /** Returns the number of hard links. */
  public long nlink() {
    return unsigned(NLINK);
  }

  public long ino() {
    return memory.get(JAVA_LONG, INO);
  }

  /** Returns the device that the file lies on, as {@link DeviceNumber} packs it. */
  public long dev() {
    return DeviceNumber.of(unsigned(DEV_MAJOR), unsigned(DEV_MINOR));
  }

  /** Returns the device that the file is, as {@link DeviceNumber} packs it. */
  public long rdev() {
    return DeviceNumber.of(unsigned(RDEV_MAJOR), unsigned(RDEV_MINOR));
  }

  /** Returns the id of the mount, as in {@code /proc/self/mountinfo}; it is used again later. */
  public long mountId() {
    return memory.get(JAVA_LONG, MNT_ID);
  }

  /** Returns whether the file is the root of a mount. Linux 5.8. */
  public boolean isMountRoot() {
    return (memory.get(JAVA_LONG, ATTRIBUTES) & Stat.STATX_ATTR_MOUNT_ROOT) != 0;
  }

  /** Returns STATX_ATTR_ bits of {@link Stat}. */
  public long attributes() {
    return memory.get(JAVA_LONG, ATTRIBUTES);
  }

  /** Returns when the content changed, in seconds since 1970. */
  public long mtimeSeconds() {
    return memory.get(JAVA_LONG, MTIME);
  }

  /** Returns the rest of the time of change, 0 to 999,999,999. */
  public int mtimeNanos() {
    return memory.get(JAVA_INT, MTIME + NANOS);
  }

  /** Returns when the content was last read, in seconds since 1970. */
  public long atimeSeconds() {
    return memory.get(JAVA_LONG, ATIME);
  }

  /** Returns the rest of the time of reading, 0 to 999,999,999. */
  public int atimeNanos() {
    return memory.get(JAVA_INT, ATIME + NANOS);
  }

  /** Returns when content or metadata changed, in seconds since 1970. */
  public long ctimeSeconds() {
    return memory.get(JAVA_LONG, CTIME);
  }

  /** Returns the rest of the time of that change, 0 to 999,999,999. */
  public int ctimeNanos() {
    return memory.get(JAVA_INT, CTIME + NANOS);
  }

  private long unsigned(int offset) {
    return Integer.toUnsignedLong(memory.get(JAVA_INT, offset));
  }
}
