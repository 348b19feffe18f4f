package io.lighter.runtime.seccomp;

import io.lighter.linux.Multiplexer;
import io.lighter.linux.SystemCallAbi;
import io.lighter.linux.SystemCallTable;
import io.lighter.runtime.seccomp.Decision.Verdict;
import io.lighter.runtime.spec.SeccompArg;
import io.lighter.runtime.spec.SeccompOperator;
import io.lighter.runtime.spec.SeccompSyscall;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a profile says about the system calls of one convention. */
final class AbiFilter {
  /** Where arm keeps its private calls, far above all others. */
  private static final int ARM_PRIVATE = 0x0F0000;

  private final Decisions decisions;
  private final SystemCallAbi abi;
  private final SystemCallTable table;
  private final Conditions conditions;
  private final Verdict otherwise;
  private final TreeMap<Integer, CallRules> calls = new TreeMap<>();
  private int largest = -1;

  AbiFilter(Decisions decisions, SystemCallAbi abi, Verdict otherwise) {
    this.decisions = decisions;
    this.abi = abi;
    this.table = SystemCallTable.of(abi);
    this.conditions = new Conditions(decisions, abi.argumentBits());
    this.otherwise = otherwise;
  }

  boolean knows(String name) {
    return table.number(name) != SystemCallTable.NONE || multiplexer(name) != null;
  }

  /** Whether the profile has the name of any call of this convention. */
  boolean namesAnyCall() {
    return largest >= 0;
  }

  void add(SeccompSyscall rule, int returnValue) {
    for (String name : rule.names()) {
      noteLargest(table.number(name));
      // As runc: a rule that says what happens anyway must not hide a later one.
      if (returnValue != otherwise.value()) {
        add(name, rule.args(), decisions.verdict(returnValue));
      }
    }
  }

  private void noteLargest(int number) {
    if (abi != SystemCallAbi.ARM || number < ARM_PRIVATE) {
      largest = Math.max(largest, number);
    }
  }

  private void add(String name, List<SeccompArg> args, Verdict verdict) {
    int number = table.number(name);
    if (number != SystemCallTable.NONE) {
      addRule(number, args, verdict);
    }
    Multiplexer multiplexer = multiplexer(name);
    // The arguments of a multiplexed call lie in memory that no filter can read. A rule that looks
    // at them is taken to hold where it forbids, and not to hold where it permits.
    if (multiplexer != null
        && (args.isEmpty() || ReturnValue.isStricter(verdict.value(), otherwise.value()))) {
      addRule(table.number(multiplexer.call()), List.of(chosen(multiplexer, name)), verdict);
    }
  }

  private void addRule(int number, List<SeccompArg> args, Verdict verdict) {
    CallRules rules = calls.computeIfAbsent(number, _ -> new CallRules());
    if (args.isEmpty()) {
      rules.add(verdict);
    } else if (comparesAnArgumentTwice(args)) {
      for (SeccompArg arg : args) {
        rules.add(conditions.all(List.of(arg), verdict));
      }
    } else {
      rules.add(conditions.all(args, verdict));
    }
  }

  /**
   * The specification does not say how two conditions on one argument combine. runc and crun make
   * each condition of such a rule a rule of its own, those on other arguments too, and profiles
   * rely on it (runc issue 2735): so do we.
   */
  private static boolean comparesAnArgumentTwice(List<SeccompArg> args) {
    int seen = 0;
    for (SeccompArg arg : args) {
      if ((seen & 1 << arg.index()) != 0) {
        return true;
      }
      seen |= 1 << arg.index();
    }
    return false;
  }

  private @Nullable Multiplexer multiplexer(String name) {
    return abi == SystemCallAbi.I386 ? Multiplexer.of(name) : null;
  }

  private static SeccompArg chosen(Multiplexer multiplexer, String name) {
    return new SeccompArg(
        0, multiplexer.mask(), multiplexer.number(name), SeccompOperator.MASKED_EQ);
  }

  /**
   * Appends the numbers of this convention.
   *
   * @param beyond what happens to a number above all that the profile names
   */
  void appendTo(RangeList numbers, Verdict beyond) {
    numbers.from(abi.numberBase(), otherwise);
    boolean ended = !namesAnyCall();
    for (var call : calls.entrySet()) {
      int number = call.getKey();
      if (!ended && Integer.compareUnsigned(number, largest) > 0) {
        appendEnd(numbers, beyond);
        ended = true;
      }
      numbers.at(number, call.getValue().decide(decisions, otherwise), otherwise);
    }
    if (!ended) {
      appendEnd(numbers, beyond);
    }
  }

  private void appendEnd(RangeList numbers, Verdict beyond) {
    numbers.from(largest + 1, beyond);
    if (abi == SystemCallAbi.ARM) {
      numbers.from(ARM_PRIVATE, otherwise);
    }
  }
}
