package io.lighter.runtime.resources;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shares of a resctrl group: {@code L3:0=7f0;1=1f}, one resource a line, an amount for each of
 * its domains.
 *
 * @param amounts by {@code resource:domain}, as the kernel writes them but for leading zeros
 */
record Schemata(Map<String, String> amounts) {
  Schemata {
    amounts = Map.copyOf(amounts);
  }

  /**
   * Parses lines of the file {@code schemata} or of a specification.
   *
   * @throws IllegalArgumentException when a line is not of that form
   */
  static Schemata parse(String text) {
    Map<String, String> amounts = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      if (line.isBlank()) {
        continue;
      }
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw malformed(line);
      }
      String resource = line.substring(0, colon).strip();
      for (String share : line.substring(colon + 1).split(";", -1)) {
        int equals = share.indexOf('=');
        if (equals < 0) {
          throw malformed(line);
        }
        String domain = plain(share.substring(0, equals));
        amounts.put(resource + ":" + domain, plain(share.substring(equals + 1)));
      }
    }
    return new Schemata(amounts);
  }

  private static IllegalArgumentException malformed(String line) {
    return new IllegalArgumentException(
        "linux.intelRdt: expected a schema such as L3:0=7f0;1=1f, found \"" + line.strip() + "\"");
  }

  /** The kernel pads masks of the cache with zeros. */
  private static String plain(String number) {
    String text = number.strip().toLowerCase(Locale.ROOT);
    int start = 0;
    while (start < text.length() - 1 && text.charAt(start) == '0') {
      start++;
    }
    return text.substring(start);
  }

  /**
   * Returns an amount that others have and these have not, or null when there is none. What the
   * others do not say, does not matter.
   */
  @Nullable String firstMissing(Schemata others) {
    for (Map.Entry<String, String> other : others.amounts.entrySet()) {
      String present = amounts.get(other.getKey());
      if (!other.getValue().equals(present)) {
        return other.getKey() + "=" + other.getValue() + (present == null ? "" : " but " + present);
      }
    }
    return null;
  }
}
