package io.lighter.runtime.seccomp;

import java.util.Arrays;

/**
 * A filter as a decision diagram, before it becomes instructions: what to return for a system call,
 * asked of one {@link Word} after another. Parts are shared, never changed, and have no cycles.
 */
sealed interface Decision {

  /** An end: the value that the filter returns, a {@code SECCOMP_RET_*} with its data. */
  final class Verdict implements Decision {
    private final int value;

    Verdict(int value) {
      this.value = value;
    }

    int value() {
      return value;
    }
  }

  /** An end of an unfinished diagram: no rule so far has matched. */
  enum Unmatched implements Decision {
    UNMATCHED
  }

  /**
   * A choice by the value of a word. The values are cut into ranges: range i goes from {@code
   * starts[i]} to before {@code starts[i + 1]}, unsigned, the first starts at 0, the last ends at
   * 2^32 - 1; neighbours have different outcomes, and there are at least two.
   *
   * <p>Two switches are equal if they choose alike among the very same outcomes: {@link Decisions}
   * keeps one object for each, so that comparing outcomes by identity is enough. (Nothing on the
   * way of a first start hashes a record: its generated method costs milliseconds the first time.)
   */
  final class Switch implements Decision {
    private final Word word;
    private final int[] starts;
    private final Decision[] outcomes;
    private final int hash;

    Switch(Word word, int[] starts, Decision[] outcomes) {
      this.word = word;
      this.starts = starts;
      this.outcomes = outcomes;
      int code = 31 * (31 * word.offset() + word.mask()) + Arrays.hashCode(starts);
      for (Decision outcome : outcomes) {
        code = 31 * code + System.identityHashCode(outcome);
      }
      this.hash = code;
    }

    Word word() {
      return word;
    }

    /** Whether the other switch looks at the same bits. */
    boolean asksAs(Switch other) {
      return word.offset() == other.word.offset() && word.mask() == other.word.mask();
    }

    int size() {
      return starts.length;
    }

    int start(int range) {
      return starts[range];
    }

    Decision outcome(int range) {
      return outcomes[range];
    }

    /** Returns whether the range holds one value only. */
    boolean isSingle(int range) {
      return range + 1 < starts.length
          ? starts[range] + 1 == starts[range + 1]
          : starts[range] == -1;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Switch that
          && hash == that.hash
          && asksAs(that)
          && Arrays.equals(starts, that.starts)
          && sameOutcomes(that);
    }

    @SuppressWarnings("ReferenceEquality") // equal outcomes are one object, see above
    private boolean sameOutcomes(Switch that) {
      for (int i = 0; i < outcomes.length; i++) {
        if (outcomes[i] != that.outcomes[i]) {
          return false;
        }
      }
      return true;
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
