package io.lighter.runtime.logs.driver;

import io.lighter.runtime.logs.LogPolicy;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The options of the pipeline that stand among those of a driver: {@code mode} and {@code
 * max-buffer-size}, as Docker has them, with more modes.
 */
public final class LogPolicies {
  private static final String MODE = "mode";
  private static final String BUFFER = "max-buffer-size";
  private static final int KIBI = 1024;

  private LogPolicies() {}

  /** Returns what is left for the driver. */
  public static Map<String, String> driverOptions(Map<String, String> options) {
    Map<String, String> left = new TreeMap<>(options);
    left.keySet().removeAll(Set.of(MODE, BUFFER));
    return left;
  }

  /**
   * Reads the policy: {@code mode} is {@code blocking} (the default), {@code non-blocking} or
   * {@code drop-newest}, or {@code drop-oldest}.
   *
   * @throws LogOptionException when a value is wrong, or there is a buffer that nothing fills
   */
  public static LogPolicy read(Map<String, String> given) {
    LogOptions options = new LogOptions("every", given);
    LogPolicy.Kind kind =
        switch (options.has(MODE) ? options.text(MODE) : "blocking") {
          case "", "blocking" -> LogPolicy.Kind.BLOCK;
          case "non-blocking", "drop-newest" -> LogPolicy.Kind.DROP_NEWEST;
          case "drop-oldest" -> LogPolicy.Kind.DROP_OLDEST;
          default ->
              throw options.invalid(
                  MODE, "blocking, non-blocking, drop-newest or drop-oldest", null);
        };
    if (kind == LogPolicy.Kind.BLOCK && options.has(BUFFER)) {
      throw new LogOptionException(
          "log opt 'max-buffer-size' is only for mode=non-blocking, drop-newest and drop-oldest:"
              + " a log that blocks waits in the container's pipe");
    }
    long size = options.size(BUFFER, LogPolicy.DEFAULT_BUFFER, KIBI);
    try {
      return new LogPolicy(kind, Math.toIntExact(size));
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw options.invalid(BUFFER, "a size from 4k to 1g", e);
    }
  }
}
