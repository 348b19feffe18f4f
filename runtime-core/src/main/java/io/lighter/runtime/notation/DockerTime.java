package io.lighter.runtime.notation;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Times as Docker's command line takes them: RFC 3339 in whole or in part, then of the local time
 * zone; seconds since 1970, with a fraction or without; or how long ago, {@code 1h30m}.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/container/logs/">docker container
 *     logs</a>
 */
public final class DockerTime {
  private static final Pattern SECONDS = Pattern.compile("-?\\d+(\\.\\d+)?");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern ZONE = Pattern.compile(".*T.*(Z|[+-]\\d{2}:\\d{2})");

  private DockerTime() {}

  /**
   * Returns nanoseconds since 1970.
   *
   * @param now what a duration counts back from
   * @throws IllegalArgumentException when it is no time
   */
  public static long parse(String text, Instant now) {
    try {
      if (DATE.matcher(text).matches()) {
        return nanos(LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant());
      }
      if (SECONDS.matcher(text).matches()) {
        return new BigDecimal(text)
            .movePointRight(9)
            .setScale(0, RoundingMode.DOWN)
            .longValueExact();
      }
      if (ZONE.matcher(text).matches()) {
        return nanos(OffsetDateTime.parse(text).toInstant());
      }
      return text.contains("T")
          ? nanos(LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant())
          : nanos(now.minus(GoDuration.parse(text)));
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("no time: " + text, e);
    }
  }

  private static long nanos(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), TimeUnit.SECONDS.toNanos(1)), time.getNano());
  }
}
