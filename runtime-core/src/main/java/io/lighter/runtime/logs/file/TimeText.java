package io.lighter.runtime.logs.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.agrona.MutableDirectBuffer;

/**
 * Time stamps as Go's time.RFC3339Nano writes them, in UTC: {@code 2026-11-25T09:05:01.12Z}, the
 * fraction without zeros at its end, and without its point when it is zero.
 *
 * <p>All but the fraction is kept from one line to the next. Not thread-safe.
 */
final class TimeText {
  /** The longest: 19 to the second, a point, nine digits and a Z. */
  static final int LONGEST = 30;

  private static final long NANOS = 1_000_000_000;
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

  private byte[] text = new byte[0];
  private long second = Long.MIN_VALUE;

  /**
   * Writes a time.
   *
   * @param time nanoseconds since 1970
   * @return how many bytes it took
   */
  int put(MutableDirectBuffer target, int at, long time) {
    long seconds = Math.floorDiv(time, NANOS);
    if (seconds != second) {
      text = SECONDS.format(Instant.ofEpochSecond(seconds)).getBytes(US_ASCII);
      second = seconds;
    }
    target.putBytes(at, text);
    int end = at + text.length;
    int fraction = (int) (time - seconds * NANOS);
    if (fraction != 0) {
      target.putByte(end, (byte) '.');
      end += 1 + fraction(target, end + 1, fraction);
    }
    target.putByte(end, (byte) 'Z');
    return end + 1 - at;
  }

  private static int fraction(MutableDirectBuffer target, int at, int nanos) {
    int digits = 9;
    int rest = nanos;
    while (rest % 10 == 0) {
      rest /= 10;
      digits--;
    }
    for (int i = digits - 1; i >= 0; i--) {
      target.putByte(at + i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
    return digits;
  }
}
