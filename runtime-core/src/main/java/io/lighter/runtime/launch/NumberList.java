package io.lighter.runtime.launch;

import java.util.BitSet;

/** The list format of cpuset(7), such as {@code 0-3,7}: of CPUs, of memory nodes. */
public final class NumberList {
  private NumberList() {}

  /**
   * Returns the numbers of a list.
   *
   * @param field for the error
   * @param list numbers and ascending ranges, separated by single commas, without blanks
   * @param limit the first number that is too high
   * @throws IllegalArgumentException when it is no such list, or has a number that is too high
   */
  public static BitSet parse(String field, String list, int limit) {
    BitSet numbers = new BitSet();
    for (String range : list.split(",", -1)) {
      int dash = range.indexOf('-');
      int first = number(field, list, dash < 0 ? range : range.substring(0, dash), limit);
      int last = dash < 0 ? first : number(field, list, range.substring(dash + 1), limit);
      if (last < first) {
        throw new IllegalArgumentException(
            field + ": \"" + list + "\" has a range that descends: " + range);
      }
      numbers.set(first, last + 1);
    }
    return numbers;
  }

  private static int number(String field, String list, String digits, int limit) {
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException(
          field + ": expected a list such as 0-3,7, found \"" + list + "\"");
    }
    int number = 0;
    for (int i = 0; i < digits.length() && number < limit; i++) {
      number = 10 * number + digits.charAt(i) - '0';
    }
    if (number >= limit) {
      throw new IllegalArgumentException(
          field + ": " + digits + " is above the highest number, " + (limit - 1));
    }
    return number;
  }
}
