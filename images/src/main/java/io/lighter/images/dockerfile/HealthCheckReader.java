package io.lighter.images.dockerfile;

import io.lighter.runtime.notation.GoDuration;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads HEALTHCHECK. */
final class HealthCheckReader {
  private static final List<String> FLAGS =
      List.of("interval", "timeout", "start-period", "start-interval", "retries");
  private static final Duration SHORTEST = Duration.ofMillis(1);

  private HealthCheckReader() {}

  static Instruction.HealthCheck read(Origin origin, String text) {
    FlagWords flags = FlagWords.of("HEALTHCHECK", text, FLAGS);
    String[] parts = flags.rest().split("\\s+", 2);
    String command = parts.length > 1 ? parts[1].strip() : "";
    return switch (parts[0].toUpperCase(Locale.ROOT)) {
      case "" -> throw new SyntaxException("HEALTHCHECK needs CMD and a command, or NONE");
      case "NONE" -> none(origin, text, command);
      case "CMD" -> check(origin, flags, command);
      default ->
          throw new SyntaxException(
              "HEALTHCHECK has CMD or NONE, not "
                  + parts[0]
                  + "; write HEALTHCHECK CMD "
                  + flags.rest());
    };
  }

  private static Instruction.HealthCheck none(Origin origin, String text, String command) {
    if (!command.isEmpty() || text.startsWith("--")) {
      throw new SyntaxException("HEALTHCHECK NONE takes no flags and no arguments");
    }
    return new Instruction.HealthCheck(origin, null, null, null, null, null, null);
  }

  private static Instruction.HealthCheck check(Origin origin, FlagWords flags, String command) {
    if (command.isEmpty()) {
      throw new SyntaxException("HEALTHCHECK CMD needs a command");
    }
    CommandLine test = JsonForm.command(command);
    if (test.words().isEmpty()) {
      throw new SyntaxException("HEALTHCHECK CMD needs a command");
    }
    return new Instruction.HealthCheck(
        origin,
        test,
        duration(flags, "interval"),
        duration(flags, "timeout"),
        duration(flags, "start-period"),
        duration(flags, "start-interval"),
        retries(flags.value("retries")));
  }

  private static @Nullable Duration duration(FlagWords flags, String name) {
    String value = flags.value(name);
    if (value == null) {
      return null;
    }
    Duration duration;
    try {
      duration = GoDuration.parse(value);
    } catch (IllegalArgumentException e) {
      throw new SyntaxException(
          "--" + name + " is a duration such as 30s, 1m30s or 500ms, not " + value);
    }
    if (!duration.isZero() && duration.compareTo(SHORTEST) < 0) {
      throw new SyntaxException("--" + name + " is 0 or at least 1ms, not " + value);
    }
    return duration;
  }

  private static @Nullable Integer retries(@Nullable String value) {
    if (value == null) {
      return null;
    }
    try {
      int retries = Integer.parseInt(value);
      if (retries >= 0) {
        return retries;
      }
    } catch (NumberFormatException e) {
      // Told below, as a negative number is.
    }
    throw new SyntaxException("--retries is a number, 0 or more, not " + value);
  }
}
