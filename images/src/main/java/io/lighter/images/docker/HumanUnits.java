package io.lighter.images.docker;

import java.time.Duration;
import java.util.Locale;

/** Sizes and times as Docker's tables have them. */
public final class HumanUnits {
  private static final String[] DECIMAL = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final int KILO = 1000;
  private static final int KIBI = 1024;

  private HumanUnits() {}

  /** A size in units of 1000: {@code 4.27MB}, with three digits that count. */
  public static String size(long bytes) {
    return size(bytes, 3);
  }

  /**
   * A size in units of 1000.
   *
   * @param digits how many count at most
   */
  public static String size(long bytes, int digits) {
    return size(bytes, digits, KILO, DECIMAL);
  }

  /**
   * A size in units of 1024: {@code 1.5MiB}.
   *
   * @param digits how many count at most, 4 or more
   */
  public static String binarySize(long bytes, int digits) {
    return size(bytes, digits, KIBI, BINARY);
  }

  private static String size(long bytes, int digits, int step, String[] units) {
    double value = bytes;
    int unit = 0;
    while (value >= step && unit < units.length - 1) {
      value /= step;
      unit++;
    }
    return significant(value, digits) + units[unit];
  }

  /** As {@code %.Ng} of C and Go, for numbers from 0 to 1024. */
  private static String significant(double value, int digits) {
    if (value == 0) {
      return "0";
    }
    int before = value < 1 ? 1 : (int) Math.floor(Math.log10(value)) + 1;
    String text = String.format(Locale.ROOT, "%." + Math.max(0, digits - before) + "f", value);
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }

  /** How long ago or how long: {@code 3 weeks}, {@code About an hour}. */
  public static String duration(Duration time) {
    long seconds = time.toSeconds();
    long minutes = time.toMinutes();
    long hours = Math.round(seconds / 3600.0);
    if (seconds < 1) {
      return "Less than a second";
    }
    if (seconds == 1) {
      return "1 second";
    }
    if (seconds < 60) {
      return seconds + " seconds";
    }
    if (minutes == 1) {
      return "About a minute";
    }
    if (minutes < 60) {
      return minutes + " minutes";
    }
    if (hours == 1) {
      return "About an hour";
    }
    if (hours < 48) {
      return hours + " hours";
    }
    if (hours < 24 * 7 * 2) {
      return hours / 24 + " days";
    }
    if (hours < 24 * 30 * 2) {
      return hours / 24 / 7 + " weeks";
    }
    if (hours < 24 * 365 * 2) {
      return hours / 24 / 30 + " months";
    }
    return (int) (seconds / 3600.0 / 24 / 365) + " years";
  }
}
