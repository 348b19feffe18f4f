package io.lighter.runtime.logs.driver;

import io.lighter.runtime.logs.LogPolicy;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The options of the pipeline that stand among those of a driver: {@code mode} and {@code
 * max-buffer-size}, as Docker has them, with more modes, and {@code max-spill-size}. {@link
 * LogSpec} carries them out.
 */
public final class LogPolicies {
  private static final String MODE = "mode";
  private static final String BUFFER = "max-buffer-size";
  private static final String SPILL_SIZE = "max-spill-size";
  private static final String SPILL = "spill";
  private static final long DEFAULT_SPILL = 1L << 30;
  private static final int KIBI = 1024;

  private LogPolicies() {}

  /** Returns what is left for the driver. */
  public static Map<String, String> driverOptions(Map<String, String> options) {
    Map<String, String> left = new TreeMap<>(options);
    left.keySet().removeAll(Set.of(MODE, BUFFER, SPILL_SIZE));
    return left;
  }

  /**
   * Reads the policy: {@code mode} is {@code blocking} (the default), {@code non-blocking} or
   * {@code drop-newest}, {@code drop-oldest}, or {@code spill}, which to the pipeline is blocking
   * too.
   *
   * @throws LogOptionException when a value is wrong, or there is a buffer that nothing fills
   */
  public static LogPolicy read(Map<String, String> given) {
    LogOptions options = new LogOptions("every", given);
    LogPolicy.Kind kind =
        switch (options.has(MODE) ? options.text(MODE) : "blocking") {
          case "", "blocking", SPILL -> LogPolicy.Kind.BLOCK;
          case "non-blocking", "drop-newest" -> LogPolicy.Kind.DROP_NEWEST;
          case "drop-oldest" -> LogPolicy.Kind.DROP_OLDEST;
          default ->
              throw options.invalid(
                  MODE, "blocking, non-blocking, drop-newest, drop-oldest or spill", null);
        };
    if (kind == LogPolicy.Kind.BLOCK && options.has(BUFFER)) {
      throw new LogOptionException(
          "log opt 'max-buffer-size' is only for mode=non-blocking, drop-newest and drop-oldest:"
              + " a log that blocks waits in the container's pipe, one that spills on the disk");
    }
    long size = options.size(BUFFER, LogPolicy.DEFAULT_BUFFER, KIBI);
    try {
      return new LogPolicy(kind, Math.toIntExact(size));
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw options.invalid(BUFFER, "a size from 4k to 1g", e);
    }
  }

  /**
   * Reads how much may wait on the disk with {@code mode=spill}, in bytes; 0 for another mode.
   *
   * @throws LogOptionException when the value is wrong, or there is one that nothing uses
   */
  public static long spillBytes(Map<String, String> given) {
    LogOptions options = new LogOptions("every", given);
    boolean spills = options.text(MODE).equals(SPILL);
    if (!spills && options.has(SPILL_SIZE)) {
      throw new LogOptionException("log opt 'max-spill-size' is only for mode=spill");
    }
    long size = options.size(SPILL_SIZE, DEFAULT_SPILL, KIBI);
    if (size < 1) {
      throw options.invalid(SPILL_SIZE, "a size of at least 1", null);
    }
    return spills ? size : 0;
  }
}
