package io.lighter.runtime.logs.file;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Time stamps as Go's time.RFC3339Nano writes them, in UTC: {@code 2026-11-25T09:05:01.12Z}, the
 * fraction without zeros at its end, and without its point when it is zero.
 *
 * <p>All but the fraction is kept from one line to the next. Allocates nothing; not thread-safe.
 */
final class TimeText {
  /** The longest: 19 to the second, a point, nine digits, a Z, and what is written beyond. */
  static final int LONGEST = 32;

  private static final long NANOS = 1_000_000_000;
  private static final int SECONDS_A_DAY = 86_400;

  /** Of 0 to 999: three digits, and in the fourth byte how many are not zeros at the end. */
  private static final int[] DIGITS = new int[1_000];

  static {
    for (int i = 0; i < DIGITS.length; i++) {
      int wanted = i % 10 != 0 ? 3 : i % 100 != 0 ? 2 : 1;
      int text = ('0' + i / 100) | ('0' + i / 10 % 10) << 8 | ('0' + i % 10) << 16;
      DIGITS[i] = text | wanted << 24;
    }
  }

  private final byte[] text = new byte[19];
  private final UnsafeBuffer words = new UnsafeBuffer(text);
  private long second = Long.MIN_VALUE;

  /**
   * Writes a time, and perhaps a few bytes behind it.
   *
   * @param time nanoseconds since 1970, of the years 0 to 9999
   * @return how many bytes it took
   */
  int put(UnsafeBuffer target, int at, long time) {
    long seconds = Math.floorDiv(time, NANOS);
    if (seconds != second) {
      setSecond(seconds);
    }
    target.putLong(at, words.getLong(0));
    target.putLong(at + 8, words.getLong(8));
    target.putInt(at + 15, words.getInt(15));
    int end = at + text.length;
    int fraction = (int) (time - seconds * NANOS);
    if (fraction != 0) {
      target.putByte(end, (byte) '.');
      end += 1 + fraction(target, end + 1, fraction);
    }
    target.putByte(end, (byte) 'Z');
    return end + 1 - at;
  }

  private void setSecond(long seconds) {
    second = seconds;
    int ofDay = (int) Math.floorMod(seconds, (long) SECONDS_A_DAY);
    setDate(Math.floorDiv(seconds, (long) SECONDS_A_DAY));
    text[10] = 'T';
    digits(11, 2, ofDay / 3_600);
    text[13] = ':';
    digits(14, 2, ofDay / 60 % 60);
    text[16] = ':';
    digits(17, 2, ofDay % 60);
  }

  /**
   * Counts years from March, so that the leap day is their last: H. Hinnant, "chrono-Compatible
   * Low-Level Date Algorithms", civil_from_days.
   */
  private void setDate(long daysSince1970) {
    long days = daysSince1970 + 719_468; // since March 1 of the year 0
    long era = Math.floorDiv(days, 146_097L); // of 400 years
    int ofEra = (int) (days - era * 146_097);
    int yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365;
    int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int monthFromMarch = (5 * ofYear + 2) / 153;
    int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    digits(0, 4, (int) (era * 400 + yearOfEra) + (month <= 2 ? 1 : 0));
    text[4] = '-';
    digits(5, 2, month);
    text[7] = '-';
    digits(8, 2, ofYear - (153 * monthFromMarch + 2) / 5 + 1);
  }

  private void digits(int at, int count, int number) {
    int rest = number;
    for (int i = at + count - 1; i >= at; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /** Writes the nine digits by threes, and returns how many of them are not zeros at the end. */
  private static int fraction(UnsafeBuffer target, int at, int nanos) {
    int millis = nanos / 1_000_000;
    int micros = nanos / 1_000 % 1_000;
    int rest = nanos % 1_000;
    target.putInt(at, DIGITS[millis], ByteOrder.LITTLE_ENDIAN);
    target.putInt(at + 3, DIGITS[micros], ByteOrder.LITTLE_ENDIAN);
    target.putInt(at + 6, DIGITS[rest], ByteOrder.LITTLE_ENDIAN);
    if (rest != 0) {
      return 6 + (DIGITS[rest] >>> 24);
    }
    return micros != 0 ? 3 + (DIGITS[micros] >>> 24) : DIGITS[millis] >>> 24;
  }
}
