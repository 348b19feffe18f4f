package io.lighter.runtime.logs.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that are put one behind the other, in an array that grows and is used again. Not
 * thread-safe.
 */
final class ByteWriter {
  private static final int FIRST_CAPACITY = 512;

  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int length;

  /** Returns the array, of which the first {@link #length} bytes count, until the next write. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Forgets all from a length on. */
  void cut(int shorter) {
    length = shorter;
  }

  /** Forgets all, and lets an array go that is larger than a size. */
  void clear(int most) {
    length = 0;
    if (bytes.length > most) {
      bytes = new byte[FIRST_CAPACITY];
    }
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, length);
  }

  void put(int value) {
    reserve(1);
    bytes[length++] = (byte) value;
  }

  void put(byte[] more) {
    put(more, 0, more.length);
  }

  void put(byte[] more, int offset, int size) {
    reserve(size);
    System.arraycopy(more, offset, bytes, length, size);
    length += size;
  }

  void put(MemorySegment more, long offset, int size) {
    reserve(size);
    MemorySegment.copy(more, JAVA_BYTE, offset, bytes, length, size);
    length += size;
  }

  /** Puts a line's own bytes. */
  void put(LogLine line) {
    put(line.bytes(), line.offset(), line.length());
  }

  /** Puts a text in UTF-8. */
  void put(String text) {
    put(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Puts a number in decimal digits. */
  void putDecimal(long number) {
    put(Long.toString(number));
  }

  /** Puts four bytes, the highest first. */
  void putInt(int value) {
    reserve(Integer.BYTES);
    setInt(length, value);
    length += Integer.BYTES;
  }

  /** Overwrites four bytes, the highest first. */
  void setInt(int at, int value) {
    bytes[at] = (byte) (value >>> 24);
    bytes[at + 1] = (byte) (value >>> 16);
    bytes[at + 2] = (byte) (value >>> 8);
    bytes[at + 3] = (byte) value;
  }

  /** Puts eight bytes, the lowest first. */
  void putLittleLong(long value) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      put((int) (value >>> shift));
    }
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
