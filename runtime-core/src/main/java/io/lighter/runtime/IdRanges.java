package io.lighter.runtime;

import java.util.ArrayList;
import java.util.List;

/**
 * Ids that exist in a user namespace: what a line of {@code /proc/PID/uid_map} maps.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">
 *     user_namespaces(7)</a>
 */
public record IdRanges(List<Range> ranges) {
  /**
   * Ids one after the other.
   *
   * @param first 0 to 2^32-2
   * @param count at least 1
   */
  public record Range(long first, long count) {}

  public IdRanges {
    ranges = List.copyOf(ranges);
  }

  /** Reads the text of a map; its first column has the ids of the namespace itself. */
  static IdRanges parse(String map) {
    List<Range> ranges = new ArrayList<>();
    for (String line : map.lines().toList()) {
      String[] columns = line.strip().split("\\s+", -1);
      ranges.add(new Range(Long.parseLong(columns[0]), Long.parseLong(columns[2])));
    }
    return new IdRanges(ranges);
  }

  /** Returns whether there is this id. */
  public boolean contains(long id) {
    for (Range range : ranges) {
      if (id >= range.first && id - range.first < range.count) {
        return true;
      }
    }
    return false;
  }

  /** Returns the ranges as a person reads them: {@code 0-65535}, or {@code 0}. */
  @Override
  public String toString() {
    List<String> texts = new ArrayList<>();
    for (Range range : ranges) {
      long last = range.first + range.count - 1;
      texts.add(last == range.first ? Long.toString(last) : range.first + "-" + last);
    }
    return String.join(", ", texts);
  }
}
