package io.lighter.runtime.seccomp;

import static io.lighter.linux.ClassicBpf.AND_K;
import static io.lighter.linux.ClassicBpf.BPF_MAXINSNS;
import static io.lighter.linux.ClassicBpf.JA;
import static io.lighter.linux.ClassicBpf.JEQ_K;
import static io.lighter.linux.ClassicBpf.JGE_K;
import static io.lighter.linux.ClassicBpf.JSET_K;
import static io.lighter.linux.ClassicBpf.JUMP_REACH;
import static io.lighter.linux.ClassicBpf.LD_W_ABS;
import static io.lighter.linux.ClassicBpf.RET_K;

import io.lighter.linux.ClassicBpf;
import io.lighter.runtime.seccomp.Decision.Switch;
import io.lighter.runtime.seccomp.Decision.Verdict;
import java.util.HashMap;
import java.util.Map;

/**
 * Turns a decision into instructions.
 *
 * <p>Classic BPF jumps forward only, so the program is written from its end to its beginning: what
 * a jump leads to is already there, and its distance is known. A choice becomes a balanced tree of
 * comparisons, so that n ranges cost log2(n) instructions.
 *
 * <p>The kernel runs a new filter once for each number in advance, and where it returns ALLOW
 * without having looked at an argument, it never runs it again for that number (Linux 5.11). Only
 * loads of the number and of the architecture, comparisons and AND are understood there, so nothing
 * else may stand before the arguments.
 */
final class ProgramWriter {
  /** Position 0 holds the last instruction of the program. */
  private final long[] reversed = new long[BPF_MAXINSNS];

  private final Map<Switch, Integer> switches = new HashMap<>();
  private final Map<Integer, Integer> returns = new HashMap<>();
  private int length;

  private ProgramWriter() {}

  /**
   * Returns the instructions that decide as {@code decision} does.
   *
   * @throws IllegalArgumentException if there are more than 4096
   */
  static long[] write(Decision decision) {
    ProgramWriter writer = new ProgramWriter();
    writer.position(decision);
    long[] program = new long[writer.length];
    for (int i = 0; i < program.length; i++) {
      program[i] = writer.reversed[program.length - 1 - i];
    }
    return program;
  }

  private int position(Decision decision) {
    if (decision instanceof Verdict verdict) {
      return position(verdict);
    }
    if (!(decision instanceof Switch choice)) {
      throw new IllegalStateException("a rule leads nowhere");
    }
    Integer known = switches.get(choice);
    if (known == null) {
      known = writeSwitch(choice);
      switches.put(choice, known);
    }
    return known;
  }

  private int position(Verdict verdict) {
    Integer known = returns.get(verdict.value());
    if (known == null) {
      known = emit(RET_K, 0, 0, verdict.value());
      returns.put(verdict.value(), known);
    }
    return known;
  }

  private int writeSwitch(Switch choice) {
    Word word = choice.word();
    if (asksForAnyBit(choice)) {
      int some = position(choice.outcome(1));
      int none = position(choice.outcome(0));
      jump(JSET_K, word.mask(), some, none);
    } else {
      tree(choice, 0, choice.size());
      if (word.isMasked()) {
        emit(AND_K, 0, 0, word.mask());
      }
    }
    return emit(LD_W_ABS, 0, 0, word.offset());
  }

  /** Whether 0 has one outcome and all else the other: JSET masks and compares in one step. */
  private static boolean asksForAnyBit(Switch choice) {
    return choice.word().isMasked() && choice.size() == 2 && choice.start(1) == 1;
  }

  @SuppressWarnings("ReferenceEquality") // Decisions keeps one object for equal outcomes
  private int tree(Switch choice, int from, int to) {
    if (to - from == 1) {
      return position(choice.outcome(from));
    }
    if (to - from == 3
        && choice.outcome(from) == choice.outcome(from + 2)
        && choice.isSingle(from + 1)) {
      int equal = position(choice.outcome(from + 1));
      int other = position(choice.outcome(from));
      return jump(JEQ_K, choice.start(from + 1), equal, other);
    }
    int middle = (from + to) >>> 1;
    int above = tree(choice, middle, to);
    int below = tree(choice, from, middle);
    return jump(JGE_K, choice.start(middle), above, below);
  }

  private int jump(int code, int value, int whenTrue, int whenFalse) {
    int yes = whenTrue;
    int no = whenFalse;
    // A stepping stone for one way moves the other way's target one further off.
    while (distance(yes) > JUMP_REACH || distance(no) > JUMP_REACH) {
      if (distance(yes) > JUMP_REACH) {
        yes = steppingStone(yes);
      } else {
        no = steppingStone(no);
      }
    }
    return emit(code, distance(yes), distance(no), value);
  }

  private int steppingStone(int target) {
    long instruction = reversed[target];
    if (ClassicBpf.code(instruction) != RET_K) {
      return emit(JA, 0, 0, distance(target));
    }
    // A copy of the return costs as much as the jump to it, and saves a step.
    int copy = emit(RET_K, 0, 0, ClassicBpf.k(instruction));
    returns.put(ClassicBpf.k(instruction), copy);
    return copy;
  }

  /** How many instructions stand between the one that comes next and {@code target}. */
  private int distance(int target) {
    return length - target - 1;
  }

  private int emit(int code, int jt, int jf, int k) {
    if (length == BPF_MAXINSNS) {
      throw new IllegalArgumentException(
          "the seccomp profile needs more than the "
              + BPF_MAXINSNS
              + " instructions that the kernel takes: list fewer architectures, or fewer rules with"
              + " argument conditions");
    }
    reversed[length] = ClassicBpf.instruction(code, jt, jf, k);
    return length++;
  }
}
