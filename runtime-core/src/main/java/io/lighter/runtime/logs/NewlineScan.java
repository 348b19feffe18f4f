package io.lighter.runtime.logs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Newlines in memory, looked for eight bytes at a time. Allocates nothing; thread-safe.
 *
 * <p>A word is compared with eight newlines by an exclusive or, which makes a newline a zero byte.
 * Whether a byte is zero shows exactly, with no carry from its neighbour, in the highest bit of
 * {@code ~(((x & 0x7f) + 0x7f) | x | 0x7f)}.
 */
public final class NewlineScan {
  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final long NEWLINES = 0x0a0a0a0a0a0a0a0aL;
  private static final long LOW_BITS = 0x7f7f7f7f7f7f7f7fL;

  private NewlineScan() {}

  /** Returns where the first newline of {@code [from, to)} is, or {@code to}. */
  public static int next(MemorySegment bytes, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long found = newlines(bytes.get(WORD, at));
      if (found != 0) {
        return at + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (at < to && bytes.get(JAVA_BYTE, at) != '\n') {
      at++;
    }
    return at;
  }

  /** Returns where the last newline of {@code [from, to)} is, or {@code from - 1}. */
  public static int last(MemorySegment bytes, int from, int to) {
    int at = to;
    for (; at - Long.BYTES >= from; at -= Long.BYTES) {
      long found = newlines(bytes.get(WORD, at - Long.BYTES));
      if (found != 0) {
        return at - 1 - (Long.numberOfLeadingZeros(found) >>> 3);
      }
    }
    at--;
    while (at >= from && bytes.get(JAVA_BYTE, at) != '\n') {
      at--;
    }
    return at;
  }

  /** Returns how many newlines are in {@code [from, to)}. */
  public static int count(MemorySegment bytes, int from, int to) {
    int count = 0;
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      count += Long.bitCount(newlines(bytes.get(WORD, at)));
    }
    for (; at < to; at++) {
      if (bytes.get(JAVA_BYTE, at) == '\n') {
        count++;
      }
    }
    return count;
  }

  /** Sets the highest bit of each byte that is a newline, and no other bit. */
  private static long newlines(long word) {
    long x = word ^ NEWLINES;
    return ~(((x & LOW_BITS) + LOW_BITS) | x | LOW_BITS);
  }
}
