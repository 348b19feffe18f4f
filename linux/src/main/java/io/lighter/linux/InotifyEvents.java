package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The events of one read, one after the other, in memory that is used again. Not thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inotify.7.html">inotify(7)</a>
 */
public final class InotifyEvents {
  /** Room for many events; one of the longest name (255 bytes) needs 272. */
  static final int BUFFER_SIZE = 8 * 1024;

  /** Offsets in struct inotify_event: {@code <linux/inotify.h>}. */
  private static final int WD = 0;

  private static final int MASK = 4;
  private static final int COOKIE = 8;
  private static final int LEN = 12;
  private static final int NAME = 16;

  private final MemorySegment buffer;
  private final Name name;
  private long filled;
  private long current;
  private long following;

  /** Makes a buffer of 8 KiB in the arena. */
  public InotifyEvents(Arena arena) {
    buffer = arena.allocate(BUFFER_SIZE, Long.BYTES);
    name = new Name(buffer);
  }

  long address() {
    return buffer.address();
  }

  void setFilled(long bytes) {
    filled = bytes;
    following = 0;
  }

  /** Goes to the next event; returns false when there is none. */
  public boolean next() {
    if (following >= filled) {
      return false;
    }
    current = following;
    int padded = buffer.get(JAVA_INT, current + LEN);
    following += NAME + padded;
    int length = 0;
    while (length < padded && buffer.get(JAVA_BYTE, current + NAME + length) != 0) {
      length++;
    }
    name.setWindow(buffer, current + NAME, length);
    return true;
  }

  /** Returns the number of the watch, or -1 with IN_Q_OVERFLOW, when events have been lost. */
  public int watch() {
    return buffer.get(JAVA_INT, current + WD);
  }

  /** Returns what happened: IN_ bits of {@link Inotify}. */
  public int mask() {
    return buffer.get(JAVA_INT, current + MASK);
  }

  /** Returns a number that the two events of a rename share, otherwise 0. */
  public int cookie() {
    return buffer.get(JAVA_INT, current + COOKIE);
  }

  /** Returns which entry of the folder it was, empty for the watched file itself. */
  public Name name() {
    return name;
  }
}
