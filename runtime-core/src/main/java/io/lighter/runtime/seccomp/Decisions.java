package io.lighter.runtime.seccomp;

import io.lighter.runtime.seccomp.Decision.Switch;
import io.lighter.runtime.seccomp.Decision.Verdict;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes the decisions of one filter. Equal parts are the same object, so that they are written to
 * the program once, and equal neighbours melt into one range. Not thread-safe.
 */
final class Decisions {
  /**
   * Far above what a program of 4096 instructions can hold. Rules whose ranges overlap on several
   * arguments could otherwise multiply until memory is full.
   */
  private static final int LIMIT = 1 << 16;

  private final Map<Integer, Verdict> verdicts = new HashMap<>();
  private final Map<Switch, Switch> switches = new HashMap<>();
  private final Map<Decision, Map<Decision, Decision>> joined = new HashMap<>();

  Verdict verdict(int value) {
    return verdicts.computeIfAbsent(value, Verdict::new);
  }

  Decision choose(Word word, RangeList ranges) {
    if (ranges.size() == 1) {
      return ranges.outcome(0);
    }
    Switch made = new Switch(word, ranges.starts(), ranges.outcomes());
    Switch known = switches.putIfAbsent(made, made);
    if (switches.size() > LIMIT) {
      throw new IllegalArgumentException(
          "the seccomp rules are too entangled for one filter: the argument conditions of one"
              + " system call overlap in more than "
              + LIMIT
              + " ways; use fewer rules with several conditions");
    }
    return known == null ? made : known;
  }

  /** Returns {@code inside} where the word is from {@code low} to {@code high}, unsigned. */
  Decision range(Word word, int low, int high, Decision inside, Decision outside) {
    RangeList ranges = new RangeList();
    ranges.from(0, outside);
    ranges.from(low, inside);
    if (high != -1) {
      ranges.from(high + 1, outside);
    }
    return choose(word, ranges);
  }

  /**
   * Returns what {@code first} decides, and {@code second} where {@code first} has no match.
   *
   * <p>Where both look at the same word the ranges are laid over each other instead of being asked
   * one after the other: thirty rules that each compare one argument with a number become one
   * search, five comparisons deep.
   */
  Decision orElse(Decision first, Decision second) {
    if (!(first instanceof Switch choice)) {
      return first instanceof Verdict ? first : second;
    }
    Map<Decision, Decision> withFirst = joined.computeIfAbsent(first, _ -> new HashMap<>());
    Decision known = withFirst.get(second);
    if (known == null) {
      known =
          second instanceof Switch other && other.asksAs(choice)
              ? overlay(choice, other)
              : replaceUnmatched(choice, second);
      withFirst.put(second, known);
    }
    return known;
  }

  private Decision replaceUnmatched(Switch choice, Decision second) {
    RangeList ranges = new RangeList();
    for (int i = 0; i < choice.size(); i++) {
      ranges.from(choice.start(i), orElse(choice.outcome(i), second));
    }
    return choose(choice.word(), ranges);
  }

  private Decision overlay(Switch first, Switch second) {
    RangeList ranges = new RangeList();
    int i = 0;
    int j = 0;
    int start = 0;
    while (true) {
      ranges.from(start, orElse(first.outcome(i), second.outcome(j)));
      boolean firstHasMore = i + 1 < first.size();
      boolean secondHasMore = j + 1 < second.size();
      if (!firstHasMore && !secondHasMore) {
        return choose(first.word(), ranges);
      }
      if (!secondHasMore
          || (firstHasMore
              && Integer.compareUnsigned(first.start(i + 1), second.start(j + 1)) <= 0)) {
        start = first.start(++i);
        if (secondHasMore && second.start(j + 1) == start) {
          j++;
        }
      } else {
        start = second.start(++j);
      }
    }
  }
}
