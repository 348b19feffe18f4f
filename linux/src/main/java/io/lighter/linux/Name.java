package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * The exact bytes of a file's name or path, in memory.
 *
 * <p>To Linux a name is bytes without {@code /} and NUL. Not every one is UTF-8, and a name that
 * went through a {@link String} may come back as another file's: what is read from a folder, an
 * archive or a link is passed on as a name.
 *
 * <p>A name that {@link FolderEntries} shows is a window that moves with the next entry; {@link
 * #copy} keeps it. Not thread-safe while it moves.
 */
public final class Name implements Comparable<Name> {
  private MemorySegment memory;
  private long offset;
  private int length;

  Name(MemorySegment memory) {
    this.memory = memory;
  }

  /** Returns the name that stands in these bytes, which are not copied. */
  public static Name wrap(MemorySegment memory, long offset, int length) {
    Name name = new Name(memory);
    name.moveTo(memory, offset, length);
    return name;
  }

  /** Returns the name of these bytes. */
  public static Name of(byte[] bytes) {
    return wrap(MemorySegment.ofArray(bytes.clone()), 0, bytes.length);
  }

  /** Returns the name of a text, in UTF-8. */
  public static Name of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return wrap(MemorySegment.ofArray(bytes), 0, bytes.length);
  }

  /**
   * Moves the window; nothing is copied, nothing allocated.
   *
   * @throws IllegalArgumentException when the bytes hold a NUL, where the kernel would cut the name
   * @throws IndexOutOfBoundsException when the memory is shorter than that
   */
  public void moveTo(MemorySegment target, long start, int bytes) {
    for (int i = 0; i < bytes; i++) {
      if (target.get(JAVA_BYTE, start + i) == 0) {
        throw new IllegalArgumentException("a path holds a NUL byte, at " + i);
      }
    }
    setWindow(target, start, bytes);
  }

  /** Moves the window to bytes that the kernel wrote, which hold no NUL. */
  void setWindow(MemorySegment target, long start, int bytes) {
    memory = target;
    offset = start;
    length = bytes;
  }

  /** Returns a name of its own in the arena's memory. */
  public Name copy(Arena arena) {
    MemorySegment bytes = arena.allocate(Math.max(length, 1));
    copyTo(bytes, 0);
    return wrap(bytes, 0, length);
  }

  /** Returns the number of bytes. */
  public int length() {
    return length;
  }

  /** Returns a byte, from 0. */
  public byte byteAt(int index) {
    if (index < 0 || index >= length) {
      throw new IndexOutOfBoundsException(index);
    }
    return memory.get(JAVA_BYTE, offset + index);
  }

  /** Copies the bytes, without a terminating NUL. */
  public void copyTo(MemorySegment target, long targetOffset) {
    MemorySegment.copy(memory, offset, target, targetOffset, length);
  }

  /** Returns a copy of the bytes. */
  public byte[] toBytes() {
    byte[] bytes = new byte[length];
    MemorySegment.copy(memory, JAVA_BYTE, offset, bytes, 0, length);
    return bytes;
  }

  /** Returns whether the name is this ASCII text. */
  public boolean contentEquals(String ascii) {
    return length == ascii.length() && startsWith(ascii);
  }

  /** Returns whether the name begins with this ASCII text. */
  public boolean startsWith(String ascii) {
    if (length < ascii.length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (memory.get(JAVA_BYTE, offset + i) != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether this can name an entry: not empty, without a slash, and no dots alone. */
  public boolean isOneComponent() {
    for (int i = 0; i < length; i++) {
      if (memory.get(JAVA_BYTE, offset + i) == '/') {
        return false;
      }
    }
    return length > 0 && !contentEquals(".") && !contentEquals("..");
  }

  /** Orders by bytes as unsigned numbers, as strcmp does. */
  @Override
  public int compareTo(Name other) {
    long at = mismatch(other);
    if (at < 0) {
      return 0;
    }
    if (at == length || at == other.length) {
      return length - other.length;
    }
    return Byte.compareUnsigned(byteAt((int) at), other.byteAt((int) at));
  }

  private long mismatch(Name other) {
    return MemorySegment.mismatch(
        memory, offset, offset + length, other.memory, other.offset, other.offset + other.length);
  }

  /** Equal names have the same bytes. A window that moves must not be a key. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Name name && length == name.length && mismatch(name) < 0;
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + memory.get(JAVA_BYTE, offset + i);
    }
    return hash;
  }

  /** Returns the name as text, for people: bytes that are not UTF-8 become U+FFFD. */
  @Override
  public String toString() {
    return new String(toBytes(), StandardCharsets.UTF_8);
  }
}
