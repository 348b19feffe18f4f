package io.lighter.cli.options;

import io.lighter.cli.flags.Ascii;
import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.UsageException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What concerns a run as a whole.
 *
 * @param name two characters or more of {@code [a-zA-Z0-9_.-]}; null if none was given
 * @param init whether an init runs as the first process
 * @param stopSignal what asks the container to end, 1 to 64
 * @param stopSeconds how long it may take to; negative for ever
 * @param annotations OCI annotations
 * @param explain whether to print the start instead of doing it
 */
public record LifecycleOptions(
    @Nullable String name,
    boolean init,
    int stopSignal,
    long stopSeconds,
    Map<String, String> annotations,
    boolean explain) {
  private static final int SIGTERM = 15;
  private static final long DEFAULT_STOP_SECONDS = 10;

  static LifecycleOptions read(Flags flags) {
    if (!flags.isOn("rm", true)) {
      throw new UsageException(
          "--rm=false is not supported yet: a container is always removed when it exits");
    }
    return new LifecycleOptions(
        name(flags),
        flags.isOn("init", false),
        stopSignal(flags),
        flags.number("stop-timeout", DEFAULT_STOP_SECONDS),
        annotations(flags),
        flags.isOn("explain", false));
  }

  LifecycleOptions withStopSignal(int value) {
    return new LifecycleOptions(name, init, value, stopSeconds, annotations, explain);
  }

  private static @Nullable String name(Flags flags) {
    String given = flags.last("name");
    if (given == null || given.isEmpty()) {
      return null;
    }
    String name = given.startsWith("/") ? given.substring(1) : given;
    boolean valid = name.length() > 1;
    for (int i = 0; i < name.length() && valid; i++) {
      char c = name.charAt(i);
      valid = Ascii.isLetterOrDigit(c) || (i > 0 && (c == '_' || c == '.' || c == '-'));
    }
    if (!valid) {
      throw flags.invalid(
          "name",
          given,
          "invalid container name, only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed, two at least");
    }
    return name;
  }

  private static int stopSignal(Flags flags) {
    int signal = SIGTERM;
    for (String value : flags.all("stop-signal")) {
      try {
        signal = value.isEmpty() ? SIGTERM : SignalName.parse(value);
      } catch (InvalidValueException e) {
        throw flags.invalid("stop-signal", value, e);
      }
    }
    return signal;
  }

  private static Map<String, String> annotations(Flags flags) {
    Map<String, String> annotations = new LinkedHashMap<>();
    for (String value : flags.all("annotation")) {
      int equals = value.indexOf('=');
      String key = equals < 0 ? value : value.substring(0, equals);
      if (key.isEmpty()) {
        throw flags.invalid("annotation", value, "its key is empty");
      }
      annotations.put(key, equals < 0 ? "" : value.substring(equals + 1));
    }
    return annotations;
  }
}
