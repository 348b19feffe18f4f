package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What fstatfs says about a file system, in memory that is used again. Not thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fstatfs.2.html">fstatfs(2)</a>
 */
public final class FileSystemStatus {
  /** Offsets in struct statfs of 64-bit architectures: {@code <asm-generic/statfs.h>}. */
  private static final int SIZE_OF = 120;

  private static final int TYPE = 0;
  private static final int BSIZE = 8;
  private static final int BLOCKS = 16;
  private static final int BFREE = 24;
  private static final int BAVAIL = 32;
  private static final int FILES = 40;
  private static final int FFREE = 48;
  private static final int FLAGS = 80;

  /**
   * Bits of f_flags that mount(2) and fsmount(2) have at other places: {@code <linux/statfs.h>}.
   */
  private static final long ST_SAME = 0xf;

  private static final long ST_NOATIME = 0x400;
  private static final long ST_NODIRATIME = 0x800;
  private static final long ST_RELATIME = 0x1000;
  private static final long ST_NOSYMFOLLOW = 0x2000;

  private final MemorySegment memory;

  /** Makes a status in the arena's memory. */
  public FileSystemStatus(Arena arena) {
    memory = arena.allocate(SIZE_OF, Long.BYTES);
  }

  long address() {
    return memory.address();
  }

  /** Returns the magic number of the type; {@link FileSystemMagic} names some. */
  public long type() {
    // Magic numbers have 32 bits; some kernels extend the sign of those above 2^31.
    return memory.get(JAVA_LONG, TYPE) & 0xffffffffL;
  }

  /** Returns the size in bytes; 0 for one that lies nowhere, such as procfs. */
  public long totalBytes() {
    return memory.get(JAVA_LONG, BLOCKS) * memory.get(JAVA_LONG, BSIZE);
  }

  /** Returns what nobody uses, in bytes. */
  public long freeBytes() {
    return memory.get(JAVA_LONG, BFREE) * memory.get(JAVA_LONG, BSIZE);
  }

  /** Returns what a process without privileges may still use, in bytes. */
  public long availableBytes() {
    return memory.get(JAVA_LONG, BAVAIL) * memory.get(JAVA_LONG, BSIZE);
  }

  /** Returns how many files there can be; 0 where the file system sets no bound. */
  public long totalFiles() {
    return memory.get(JAVA_LONG, FILES);
  }

  public long freeFiles() {
    return memory.get(JAVA_LONG, FFREE);
  }

  /**
   * Returns the attributes of the mount, as MOUNT_ATTR_ bits of {@link MountFlags}; a file system
   * that is read-only itself makes its mounts so.
   */
  public long mountAttributes() {
    long flags = memory.get(JAVA_LONG, FLAGS);
    long attributes = flags & ST_SAME;
    if ((flags & ST_NOATIME) != 0) {
      attributes |= MountFlags.MOUNT_ATTR_NOATIME;
    } else if ((flags & ST_RELATIME) == 0) {
      attributes |= MountFlags.MOUNT_ATTR_STRICTATIME;
    }
    attributes |= (flags & ST_NODIRATIME) != 0 ? MountFlags.MOUNT_ATTR_NODIRATIME : 0;
    attributes |= (flags & ST_NOSYMFOLLOW) != 0 ? MountFlags.MOUNT_ATTR_NOSYMFOLLOW : 0;
    return attributes;
  }
}
