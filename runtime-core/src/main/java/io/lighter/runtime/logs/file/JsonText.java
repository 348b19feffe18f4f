package io.lighter.runtime.logs.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Bytes as the inside of a JSON string, as moby writes them (daemon/logger/jsonfilelog/jsonlog,
 * jsonlogbytes.go): quote and backslash behind a backslash, {@code \n}, {@code \r}; other control
 * characters, {@code < > &}, and U+2028 and U+2029 as {@code \\u} and four digits; what is not
 * UTF-8 as {@code \ufffd}, byte by byte.
 *
 * <p>Eight bytes at a time are copied as long as none of them is special. Allocates nothing.
 */
final class JsonText {
  /** How many bytes one can become at most. */
  static final int GROWTH = 6;

  private static final byte[] REPLACEMENT = "\\ufffd".getBytes(US_ASCII);
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;

  private JsonText() {}

  /** Writes bytes to a buffer that has room for {@link #GROWTH} times as many; returns its end. */
  static int put(UnsafeBuffer target, int to, UnsafeBuffer bytes, int from, int length) {
    int at = from;
    int out = to;
    int end = from + length;
    while (at < end) {
      while (at <= end - Long.BYTES) {
        long word = bytes.getLong(at, ByteOrder.LITTLE_ENDIAN);
        target.putLong(out, word, ByteOrder.LITTLE_ENDIAN);
        long special = special(word);
        if (special != 0) {
          int plain = Long.numberOfTrailingZeros(special) >>> 3;
          at += plain;
          out += plain;
          break;
        }
        at += Long.BYTES;
        out += Long.BYTES;
      }
      if (endsPlain(target, out, bytes, at, from, end)) {
        return out + (end - at);
      }
      if (at < end) {
        int b = bytes.getByte(at);
        if (b < 0) {
          int sequence = sequence(bytes, at, end);
          out = other(target, out, bytes, at, sequence);
          at += Math.max(1, sequence);
        } else {
          out = ascii(target, out, b);
          at++;
        }
      }
    }
    return out;
  }

  /**
   * Writes the last bytes, fewer than eight, by the word that ends with them, if none of that is
   * special: so what stands before them in it was written as it is, and is written once more.
   *
   * @return false when they have to be looked at one by one
   */
  private static boolean endsPlain(
      UnsafeBuffer target, int out, UnsafeBuffer bytes, int at, int from, int end) {
    int left = end - at;
    if (left >= Long.BYTES || end - from < Long.BYTES) {
      return false;
    }
    long word = bytes.getLong(end - Long.BYTES, ByteOrder.LITTLE_ENDIAN);
    if (special(word) != 0) {
      return false;
    }
    target.putLong(out + left - Long.BYTES, word, ByteOrder.LITTLE_ENDIAN);
    return true;
  }

  /**
   * Sets high bits of some bytes: the lowest that is set belongs to the first byte that may not be
   * copied as it is. Bytes above it may be marked wrongly, as borrows go up.
   *
   * <p>A byte below 0x80 gets its high bit by a subtraction when it is below 0x20, or when what a
   * comparison by exclusive or makes of it is zero. All are masked once: 1.6 times as fast as to
   * look for zeros four times.
   */
  private static long special(long word) {
    long control = word - 0x2020202020202020L;
    long quote = ((word | 0x0404040404040404L) ^ 0x2626262626262626L) - ONES; // " and &
    long angle = ((word | 0x0202020202020202L) ^ 0x3e3e3e3e3e3e3e3eL) - ONES; // < and >
    long backslash = (word ^ 0x5c5c5c5c5c5c5c5cL) - ONES;
    return (((control | quote | angle | backslash) & ~word) | word) & HIGH;
  }

  private static int ascii(UnsafeBuffer target, int to, int b) {
    int out = to;
    switch (b) {
      case '"', '\\' -> {
        target.putByte(out++, (byte) '\\');
        target.putByte(out++, (byte) b);
      }
      case '\n' -> {
        target.putByte(out++, (byte) '\\');
        target.putByte(out++, (byte) 'n');
      }
      case '\r' -> {
        target.putByte(out++, (byte) '\\');
        target.putByte(out++, (byte) 'r');
      }
      case '<', '>', '&' -> out = escaped(target, out, b);
      default -> {
        if (b < 0x20) {
          out = escaped(target, out, b);
        } else {
          target.putByte(out++, (byte) b);
        }
      }
    }
    return out;
  }

  private static int escaped(UnsafeBuffer target, int out, int b) {
    target.putByte(out, (byte) '\\');
    target.putByte(out + 1, (byte) 'u');
    target.putByte(out + 2, (byte) '0');
    target.putByte(out + 3, (byte) '0');
    target.putByte(out + 4, HEX[b >> 4]);
    target.putByte(out + 5, HEX[b & 15]);
    return out + 6;
  }

  private static int other(UnsafeBuffer target, int to, UnsafeBuffer bytes, int at, int sequence) {
    if (sequence == 0) {
      target.putBytes(to, REPLACEMENT);
      return to + REPLACEMENT.length;
    }
    int third = sequence == 3 ? bytes.getByte(at + 2) & 0xff : 0;
    if (sequence == 3
        && bytes.getByte(at) == (byte) 0xe2
        && bytes.getByte(at + 1) == (byte) 0x80
        && (third == 0xa8 || third == 0xa9)) {
      target.putBytes(to, REPLACEMENT); // as long as the text that follows
      target.putByte(to + 2, (byte) '2');
      target.putByte(to + 3, (byte) '0');
      target.putByte(to + 4, (byte) '2');
      target.putByte(to + 5, HEX[third & 15]);
      return to + REPLACEMENT.length;
    }
    for (int i = 0; i < sequence; i++) {
      target.putByte(to + i, bytes.getByte(at + i));
    }
    return to + sequence;
  }

  /** Returns how long the character of UTF-8 at a place is, or 0 when there is none. */
  private static int sequence(UnsafeBuffer bytes, int at, int end) {
    int first = bytes.getByte(at) & 0xff;
    int length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length == 0 || at + length > end) {
      return 0;
    }
    int second = bytes.getByte(at + 1) & 0xff;
    // RFC 3629, section 4: no overlong form, no surrogate, nothing beyond U+10FFFF.
    int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) {
      return 0;
    }
    for (int i = 2; i < length; i++) {
      if ((bytes.getByte(at + i) & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }
}
