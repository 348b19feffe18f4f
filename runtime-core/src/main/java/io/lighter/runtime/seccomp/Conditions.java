package io.lighter.runtime.seccomp;

import io.lighter.runtime.seccomp.Decision.Unmatched;
import io.lighter.runtime.spec.SeccompArg;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Turns conditions on arguments into decisions. Classic BPF knows 32-bit words only, so a 64-bit
 * argument is looked at in two halves, the high one first; of a 32-bit convention's argument only
 * the low half counts, because the kernel drops what a program may have left in the high one.
 */
final class Conditions {
  private static final long LOW = 0xFFFFFFFFL;

  private final Decisions decisions;
  private final boolean wide;

  Conditions(Decisions decisions, int argumentBits) {
    this.decisions = decisions;
    this.wide = argumentBits > Integer.SIZE;
  }

  /** Returns {@code matched} where all conditions hold, and Unmatched elsewhere. */
  Decision all(List<SeccompArg> conditions, Decision matched) {
    List<SeccompArg> sorted = conditions;
    if (conditions.size() > 1) {
      // In one order for all rules, so that rules about the same arguments can be laid together.
      sorted = new ArrayList<>(conditions);
      sorted.sort(Comparator.comparingInt(SeccompArg::index).reversed());
    }
    Decision decision = matched;
    for (SeccompArg condition : sorted) {
      decision = one(condition, decision);
    }
    return decision;
  }

  private Decision one(SeccompArg condition, Decision matched) {
    Decision not = Unmatched.UNMATCHED;
    int index = condition.index();
    long value = narrowed(condition.value());
    return switch (condition.op()) {
      case EQ -> between(index, value, value, matched, not);
      case NE -> between(index, value, value, not, matched);
      case GE -> between(index, value, -1, matched, not);
      case LT -> between(index, value, -1, not, matched);
      case LE -> between(index, 0, value, matched, not);
      case GT -> between(index, 0, value, not, matched);
      case MASKED_EQ -> masked(index, value, narrowed(condition.valueTwo()), matched);
    };
  }

  /** Gives a negative number that was written with 64 bits the 32 bits that a program passes. */
  private long narrowed(long value) {
    return !wide && value < 0 && value >= Integer.MIN_VALUE ? value & LOW : value;
  }

  private Decision between(int index, long from, long to, Decision inside, Decision outside) {
    if (!wide) {
      if (Long.compareUnsigned(from, LOW) > 0) {
        return outside;
      }
      int last = Long.compareUnsigned(to, LOW) > 0 ? -1 : (int) to;
      return decisions.range(Word.low(index), (int) from, last, inside, outside);
    }
    int fromHigh = (int) (from >>> 32);
    int toHigh = (int) (to >>> 32);
    Word low = Word.low(index);
    RangeList ranges = new RangeList();
    ranges.from(0, outside);
    if (fromHigh == toHigh) {
      ranges.at(fromHigh, decisions.range(low, (int) from, (int) to, inside, outside), outside);
    } else {
      ranges.at(fromHigh, decisions.range(low, (int) from, -1, inside, outside), inside);
      ranges.at(toHigh, decisions.range(low, 0, (int) to, inside, outside), outside);
    }
    return decisions.choose(Word.high(index), ranges);
  }

  private Decision masked(int index, long mask, long expected, Decision matched) {
    long seen = wide ? mask : mask & LOW;
    if ((expected & ~seen) != 0) {
      return Unmatched.UNMATCHED;
    }
    Decision low = bits(Word.low(index, (int) seen), (int) expected, matched);
    return bits(Word.high(index, (int) (seen >>> 32)), (int) (expected >>> 32), low);
  }

  private Decision bits(Word word, int expected, Decision matched) {
    return word.mask() == 0
        ? matched
        : decisions.range(word, expected, expected, matched, Unmatched.UNMATCHED);
  }
}
