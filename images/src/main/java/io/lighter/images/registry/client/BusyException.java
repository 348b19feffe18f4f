package io.lighter.images.registry.client;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The registry answered that it cannot answer now: asking later may help. */
final class BusyException extends IOException {
  private static final long serialVersionUID = 1;
  private static final Set<Integer> STATUSES = Set.of(408, 429, 500, 502, 503, 504);

  private final @Nullable Duration after;

  private BusyException(String message, @Nullable Duration after) {
    super(message);
    this.after = after;
  }

  static boolean isBusy(int status) {
    return STATUSES.contains(status);
  }

  /** Reads the answer, and closes it. */
  static BusyException of(Response response) {
    String said = Failures.said(response);
    return new BusyException(
        said, response.header("Retry-After").map(BusyException::duration).orElse(null));
  }

  /** How long the registry asks to wait, or null. */
  @Nullable Duration after() {
    return after;
  }

  /** Reads seconds, or a date; null for neither. */
  static @Nullable Duration duration(String text) {
    try {
      return Duration.ofSeconds(Math.max(0, Long.parseLong(text.strip())));
    } catch (NumberFormatException e) {
      // It may be a date.
    }
    try {
      Instant date =
          ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(Instant.now(), date);
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
