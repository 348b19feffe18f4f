package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a folder one after the other, without garbage: a cursor over a buffer that
 * getdents64 fills and that serves folder after folder.
 *
 * <pre>{@code
 * FolderEntries entries = new FolderEntries(files, arena);
 * entries.start(folder);
 * while (entries.next()) {
 *   files.unlinkat(folder, entries.name(), 0);
 * }
 * }</pre>
 *
 * <p>{@code .} and {@code ..} are left out. An entry that is made or removed meanwhile may or may
 * not show up. Not thread-safe; a recursion needs one object a level.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/getdents64.2.html">getdents64(2)</a>
 */
public final class FolderEntries {
  /** Some 500 entries of usual names: what a call costs is spread over them. */
  private static final int BUFFER_SIZE = 16 * 1024;

  /** Offsets in struct linux_dirent64. */
  private static final int INO = 0;

  private static final int RECLEN = 16;
  private static final int TYPE = 18;
  private static final int NAME = 19;

  private final Files files;
  private final MemorySegment buffer;
  private final Name name;
  private @Nullable Fd folder;
  private long filled;
  private long current;
  private long following;

  /** Makes a cursor with a buffer of 16 KiB in the arena. */
  public FolderEntries(Files files, Arena arena) {
    this.files = files;
    this.buffer = arena.allocate(BUFFER_SIZE, Long.BYTES);
    this.name = new Name(buffer);
  }

  /**
   * Stands before the first entry.
   *
   * @param opened a folder that is open for reading, not with O_PATH; it stays the caller's. When
   *     it has been read before, {@link Files#lseek} takes it back to its beginning first.
   */
  public void start(Fd opened) {
    folder = opened;
    filled = 0;
    following = 0;
  }

  /** Goes to the next entry; returns false when there is none. */
  public boolean next() {
    Fd reading = folder;
    if (reading == null) {
      throw new IllegalStateException("start names the folder first");
    }
    do {
      if (following >= filled) {
        filled = files.getdents64(reading, buffer);
        following = 0;
        if (filled == 0) {
          folder = null;
          return false;
        }
      }
      current = following;
      following += Short.toUnsignedInt(buffer.get(JAVA_SHORT_UNALIGNED, current + RECLEN));
    } while (isSelfOrParent());
    name.setWindow(buffer, current + NAME, nameLength());
    return true;
  }

  private boolean isSelfOrParent() {
    long at = current + NAME;
    if (buffer.get(JAVA_BYTE, at) != '.') {
      return false;
    }
    byte second = buffer.get(JAVA_BYTE, at + 1);
    return second == 0 || (second == '.' && buffer.get(JAVA_BYTE, at + 2) == 0);
  }

  private int nameLength() {
    long at = current + NAME;
    int length = 0;
    while (buffer.get(JAVA_BYTE, at + length) != 0) {
      length++;
    }
    return length;
  }

  /** Returns the name, until the next entry: the same object each time. */
  public Name name() {
    return name;
  }

  /**
   * Returns a DT_ value of {@link Stat}; file systems that do not know answer DT_UNKNOWN, and statx
   * must tell.
   */
  public int type() {
    return buffer.get(JAVA_BYTE, current + TYPE);
  }

  public long ino() {
    return buffer.get(JAVA_LONG_UNALIGNED, current + INO);
  }
}
