package io.lighter.cgroups;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The values of a flat keyed file, one {@code KEY VALUE} a line, whose keys are the constants of an
 * enum in lower case. Reused; parsing allocates nothing. Not thread-safe.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#format">Control Group v2,
 *     Format</a>
 */
final class FlatKeyed<K extends Enum<K>> {
  private final KeyTable table;
  private final long[] values;

  FlatKeyed(Class<K> keys) {
    K[] constants = keys.getEnumConstants();
    table = new KeyTable(Stream.of(constants).map(k -> k.name().toLowerCase(Locale.ROOT)).toList());
    values = new long[constants.length];
    clear();
  }

  /** Forgets every value. */
  void clear() {
    Arrays.fill(values, CgroupStatistics.ABSENT);
  }

  /** Takes the values of a text; keys that it lacks are absent afterwards. */
  void parse(TextCursor text) {
    clear();
    while (!text.atEnd()) {
      int key = text.key(table, ' ');
      if (key >= 0) {
        values[key] = text.number();
      }
      text.nextLine();
    }
  }

  /** Returns a value, or {@link CgroupStatistics#ABSENT}. */
  // The array has a place for each constant; the numbers go nowhere else.
  @SuppressWarnings("EnumOrdinal")
  long get(K key) {
    return values[key.ordinal()];
  }
}
