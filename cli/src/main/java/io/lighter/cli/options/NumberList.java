package io.lighter.cli.options;

import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.Numbers;

/** A list of numbers and ranges as cpuset(7) has it: {@code 0-3,7}. */
final class NumberList {
  private static final long MOST = 1 << 20;

  private NumberList() {}

  /** Refuses what the kernel would not take; whether such processors exist is its to say. */
  static void check(String text) {
    if (text.isEmpty()) {
      return;
    }
    int start = 0;
    while (start <= text.length()) {
      int comma = text.indexOf(',', start);
      int end = comma < 0 ? text.length() : comma;
      range(text.substring(start, end));
      start = end + 1;
    }
  }

  private static void range(String text) {
    int dash = text.indexOf('-');
    long first = Numbers.digits(dash < 0 ? text : text.substring(0, dash), MOST);
    if (dash >= 0 && Numbers.digits(text.substring(dash + 1), MOST) < first) {
      throw new InvalidValueException("the range " + text + " runs backwards");
    }
  }
}
