package io.lighter.proxy.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as {@code 500ms}, {@code 10s}, {@code 1h30m} or {@code 7d}; {@code 0} needs no unit. */
final class DurationText {
  private static final Pattern PART = Pattern.compile("\\G(\\d{1,9})(ms|s|m|h|d)");

  private DurationText() {}

  static Duration parse(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher part = PART.matcher(text);
    Duration sum = Duration.ZERO;
    int end = 0;
    while (part.find()) {
      long amount = Long.parseLong(part.group(1));
      sum =
          sum.plus(
              switch (part.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
              });
      end = part.end();
    }
    if (end == 0 || end < text.length()) {
      boolean bare = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
      throw new IllegalArgumentException(
          bare
              ? "'%s' has no unit: write %s%s or %s%s".formatted(text, text, "s", text, "ms")
              : "'" + text + "' is no time: write it like 500ms, 10s, 5m, 3h or 7d");
    }
    return sum;
  }
}
