package io.lighter.proxy.relay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.SockaddrBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Text that is written into memory piece by piece, without objects. What does not fit is left out.
 * Not thread-safe.
 */
final class TextBuffer {
  private static final int GROUPS = 8;
  private static final long MILLIS_PER_DAY = 86_400_000;

  private final MemorySegment memory;
  private final int size;
  private int length;

  TextBuffer(Arena arena, int size) {
    this.memory = arena.allocate(size, Long.BYTES);
    this.size = size;
  }

  MemorySegment memory() {
    return memory;
  }

  int length() {
    return length;
  }

  /** Returns for how many bytes there is room. */
  int room() {
    return size - length;
  }

  TextBuffer clear() {
    length = 0;
    return this;
  }

  TextBuffer put(int value) {
    if (length < size) {
      memory.set(JAVA_BYTE, length++, (byte) value);
    }
    return this;
  }

  /** Adds a text of printable ASCII characters; others become question marks. */
  TextBuffer put(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      put(c >= ' ' && c < 0x7f ? c : '?');
    }
    return this;
  }

  /** Forgets the first bytes; those behind them move up. */
  void drop(int bytes) {
    MemorySegment.copy(memory, bytes, memory, 0, length - bytes);
    length -= bytes;
  }

  /** Adds a number that is not negative. */
  TextBuffer putNumber(long number) {
    long unit = 1;
    while (number / unit >= 10) {
      unit *= 10;
    }
    return putDigits(number, unit);
  }

  /** Adds a number with zeros before it. */
  TextBuffer putNumber(long number, int digits) {
    long unit = 1;
    for (int i = 1; i < digits; i++) {
      unit *= 10;
    }
    return putDigits(number, unit);
  }

  private TextBuffer putDigits(long number, long highest) {
    for (long unit = highest; unit > 0; unit /= 10) {
      put('0' + (int) (number / unit % 10));
    }
    return this;
  }

  /** Adds the lower bytes of a number, the highest first. */
  TextBuffer putBytes(long number, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      put((int) (number >>> shift));
    }
    return this;
  }

  /**
   * Adds a time as {@code 2026-11-26T10:05:08.123Z}.
   *
   * @param millis since 1970, not negative
   */
  TextBuffer putTime(long millis) {
    long days = millis / MILLIS_PER_DAY;
    long rest = millis % MILLIS_PER_DAY;
    // Years begin with March here, so that the day that may be missing is the last: Howard Hinnant,
    // chrono-Compatible Low-Level Date Algorithms.
    long shifted = days + 719_468;
    long era = shifted / 146_097;
    long ofEra = shifted % 146_097;
    long year = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365;
    long ofYear = ofEra - (365 * year + year / 4 - year / 100);
    long month = (5 * ofYear + 2) / 153;
    putNumber(era * 400 + year + (month < 10 ? 0 : 1), 4).put('-');
    putNumber(month < 10 ? month + 3 : month - 9, 2).put('-');
    putNumber(ofYear - (153 * month + 2) / 5 + 1, 2).put('T');
    putNumber(rest / 3_600_000, 2).put(':').putNumber(rest / 60_000 % 60, 2).put(':');
    return putNumber(rest / 1_000 % 60, 2).put('.').putNumber(rest % 1_000, 3).put('Z');
  }

  /**
   * Adds an IP address.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc5952#section-4">RFC 5952, section 4</a>
   */
  TextBuffer putAddress(long high, long low) {
    if (isIpv4(high, low)) {
      for (int shift = 24; shift >= 0; shift -= 8) {
        putNumber((low >>> shift) & 0xff);
        if (shift > 0) {
          put('.');
        }
      }
      return this;
    }
    return putIpv6(high, low);
  }

  /** Adds an address as IPv6 ones are written, mapped ones too. */
  TextBuffer putIpv6(long high, long low) {
    int zeros = 0;
    int from = GROUPS;
    for (int i = 0; i < GROUPS; i++) {
      int run = 0;
      while (i + run < GROUPS && group(high, low, i + run) == 0) {
        run++;
      }
      if (run > Math.max(zeros, 1)) {
        zeros = run;
        from = i;
      }
    }
    for (int i = 0; i < GROUPS; i++) {
      if (i == from) {
        put(':').put(':');
        i += zeros - 1;
      } else {
        if (i > 0 && i != from + zeros) {
          put(':');
        }
        putHex(group(high, low, i));
      }
    }
    return this;
  }

  private static int group(long high, long low, int index) {
    return (int) ((index < 4 ? high : low) >>> (48 - 16 * (index & 3))) & 0xffff;
  }

  private void putHex(int value) {
    boolean begun = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
      int digit = (value >>> shift) & 0xf;
      begun |= digit != 0 || shift == 0;
      if (begun) {
        put(Character.forDigit(digit, 16));
      }
    }
  }

  /** Returns whether an address is an IPv4 one, mapped into IPv6. */
  static boolean isIpv4(long high, long low) {
    return high == 0 && low >>> 32 == SockaddrBuffer.MAPPED_PREFIX >>> 32;
  }
}
