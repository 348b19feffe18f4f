package io.lighter.runtime.logs.driver;

import io.lighter.runtime.notation.GoDuration;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options of one log driver, read as Docker reads them. Every error names the option and the
 * driver.
 *
 * <p>Immutable, thread-safe.
 */
public final class LogOptions {
  /** Options that most drivers have: see {@link LogTag} and {@link LogAttributes}. */
  public static final Set<String> COMMON =
      Set.of("tag", "labels", "labels-regex", "env", "env-regex");

  private static final Pattern SIZE =
      Pattern.compile("(\\d+(?:\\.\\d+)?) ?([kmgtp])?i?b?", Pattern.CASE_INSENSITIVE);

  private static final String UNITS = "kmgtp";
  private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
  private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

  private final String driver;
  private final Map<String, String> values;

  /** Takes the options of a driver, by their names. */
  public LogOptions(String driver, Map<String, String> values) {
    this.driver = driver;
    this.values = new HashMap<>(values);
  }

  /**
   * Refuses all options but these.
   *
   * @throws LogOptionException that names the first unknown option
   */
  public void allowOnly(Set<String> known) {
    for (String name : new TreeSet<>(values.keySet())) {
      if (!known.contains(name)) {
        String may = known.isEmpty() ? "it has none" : "it has " + new TreeSet<>(known);
        throw new LogOptionException(
            "unknown log opt '" + name + "' for " + driver + " log driver: " + may);
      }
    }
  }

  /** Returns whether the option is there, with whatever value. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** Returns the value as it was given, empty when there is none. */
  public String text(String name) {
    return values.getOrDefault(name, "");
  }

  /** Reads a truth value as Go's strconv.ParseBool: 1, t, true, 0, f, false. */
  public boolean flag(String name, boolean ifAbsent) {
    String text = values.get(name);
    if (text == null) {
      return ifAbsent;
    }
    if (TRUE.contains(text) || FALSE.contains(text)) {
      return TRUE.contains(text);
    }
    throw invalid(name, "true or false", null);
  }

  /** Reads a whole number of {@code [least, most]}. */
  public int integer(String name, int ifAbsent, int least, int most) {
    String text = values.get(name);
    if (text == null) {
      return ifAbsent;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw invalid(name, "a whole number", e);
    }
    throw invalid(name, "a whole number from " + least + " to " + most, null);
  }

  /**
   * Reads a number of bytes, or of what a driver counts: {@code 20m}, {@code 1.5 GB}.
   *
   * @param thousand what k stands for: 1000 as units.FromHumanSize has it, 1024 as units.RAMInBytes
   */
  public long size(String name, long ifAbsent, int thousand) {
    String text = values.get(name);
    if (text == null) {
      return ifAbsent;
    }
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw invalid(name, "a size such as 20m", null);
    }
    double number = Double.parseDouble(size.group(1));
    String unit = size.group(2);
    int power = unit == null ? 0 : UNITS.indexOf(Character.toLowerCase(unit.charAt(0))) + 1;
    return (long) (number * Math.pow(thousand, power));
  }

  /** Reads a duration as Go writes it: {@code 1.5s}, {@code 2m30s}; it may be negative. */
  public Duration duration(String name, Duration ifAbsent) {
    String text = values.get(name);
    if (text == null) {
      return ifAbsent;
    }
    try {
      return GoDuration.parse(text);
    } catch (IllegalArgumentException e) {
      throw invalid(name, "a duration such as 500ms or 1m30s", e);
    }
  }

  /**
   * Returns these without the options whose value is empty, for drivers to which an empty value
   * means that there is none.
   */
  public LogOptions withoutEmpty() {
    Map<String, String> filled = new HashMap<>(values);
    filled.values().removeIf(String::isEmpty);
    return new LogOptions(driver, filled);
  }

  /** Describes a value that an option cannot have. */
  public LogOptionException invalid(String name, String may, @Nullable Throwable cause) {
    String message =
        "invalid value '"
            + text(name)
            + "' for log opt '"
            + name
            + "' of "
            + driver
            + " log driver: it must be "
            + may;
    return cause == null ? new LogOptionException(message) : new LogOptionException(message, cause);
  }
}
