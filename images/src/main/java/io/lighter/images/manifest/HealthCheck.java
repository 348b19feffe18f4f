package io.lighter.images.manifest;

import io.lighter.images.json.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How to find out whether a container works. Times are in nanoseconds, 0 for Docker's default.
 *
 * @param test empty to inherit, or {@code NONE}, or {@code CMD} and its arguments, or {@code
 *     CMD-SHELL} and a line
 * @param interval between two checks
 * @param timeout of one check
 * @param startPeriod in which failures do not count
 * @param startInterval between two checks in that period
 * @param retries how many failures in a row make it unhealthy; 0 for the default
 */
public record HealthCheck(
    List<String> test,
    long interval,
    long timeout,
    long startPeriod,
    long startInterval,
    long retries) {

  /** Copies the list. */
  public HealthCheck {
    test = List.copyOf(test);
  }

  static HealthCheck read(Fields fields) {
    return new HealthCheck(
        fields.strings("Test"),
        fields.number("Interval", 0),
        fields.number("Timeout", 0),
        fields.number("StartPeriod", 0),
        fields.number("StartInterval", 0),
        fields.number("Retries", 0));
  }

  /** Returns the check as Docker writes it. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    if (!test.isEmpty()) {
      json.put("Test", test);
    }
    putUnlessZero(json, "Interval", interval);
    putUnlessZero(json, "Timeout", timeout);
    putUnlessZero(json, "StartPeriod", startPeriod);
    putUnlessZero(json, "StartInterval", startInterval);
    putUnlessZero(json, "Retries", retries);
    return json;
  }

  private static void putUnlessZero(Map<String, Object> json, String name, long value) {
    if (value != 0) {
      json.put(name, value);
    }
  }
}
