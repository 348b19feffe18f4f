package io.lighter.runtime.logs.driver;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/**
 * Times as Go's layouts write them.
 *
 * @see <a href="https://pkg.go.dev/time#pkg-constants">constants of package time</a>
 */
final class GoTime {
  private static final long NANOS = 1_000_000_000;

  private static final DateTimeFormatter NANO =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendOffset("+HH:MM", "Z")
          .toFormatter(Locale.ROOT);

  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssXXX", Locale.ROOT);

  private static final DateTimeFormatter MICRO =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSXXX", Locale.ROOT);

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH);

  private GoTime() {}

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
  }

  /** time.RFC3339Nano in UTC: no zeros behind, {@code 2026-01-02T03:04:05.67Z}. */
  static String rfc3339Nano(long nanos) {
    return rfc3339Nano(instant(nanos));
  }

  /** As {@link #rfc3339Nano(long)}. */
  static String rfc3339Nano(Instant time) {
    return NANO.format(time.atOffset(ZoneOffset.UTC));
  }

  /** time.RFC3339: {@code 2026-01-02T03:04:05+01:00}. */
  static String rfc3339(long nanos, ZoneId zone) {
    return SECOND.format(instant(nanos).atZone(zone));
  }

  /** The layout of Docker's rfc5424micro: {@code 2026-01-02T03:04:05.670000Z}. */
  static String rfc3339Micro(long nanos, ZoneId zone) {
    return MICRO.format(instant(nanos).atZone(zone));
  }

  /** time.Stamp: {@code Jan 2 03:04:05}. */
  static String stamp(long nanos, ZoneId zone) {
    return STAMP.format(instant(nanos).atZone(zone));
  }
}
