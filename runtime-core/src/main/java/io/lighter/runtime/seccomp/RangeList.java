package io.lighter.runtime.seccomp;

import java.util.Arrays;

/**
 * The ranges of a {@link Decision.Switch} while they are gathered, in ascending order. Neighbours
 * with the same outcome become one range.
 */
final class RangeList {
  private int[] starts = new int[8];
  private Decision[] outcomes = new Decision[8];
  private int size;

  /**
   * Says that values from {@code start} on, unsigned, have this outcome. A start that was given
   * before is given up for the later outcome.
   */
  @SuppressWarnings("ReferenceEquality") // Decisions keeps one object for equal outcomes
  void from(int start, Decision outcome) {
    if (size > 0 && starts[size - 1] == start) {
      size--;
    }
    if (size > 0 && Integer.compareUnsigned(start, starts[size - 1]) < 0) {
      throw new IllegalArgumentException(
          "range from " + Integer.toUnsignedString(start) + " comes after a higher one");
    }
    if (size > 0 && outcomes[size - 1] == outcome) {
      return;
    }
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, 2 * size);
      outcomes = Arrays.copyOf(outcomes, 2 * size);
    }
    starts[size] = start;
    outcomes[size] = outcome;
    size++;
  }

  /** Says that this one value has an outcome, and those after it another. */
  void at(int value, Decision outcome, Decision after) {
    from(value, outcome);
    if (value != -1) {
      from(value + 1, after);
    }
  }

  int size() {
    return size;
  }

  Decision outcome(int range) {
    return outcomes[range];
  }

  int[] starts() {
    return Arrays.copyOf(starts, size);
  }

  Decision[] outcomes() {
    return Arrays.copyOf(outcomes, size);
  }
}
