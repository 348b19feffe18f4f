package io.lighter.runtime.seccomp;

import io.lighter.linux.Multiplexer;
import io.lighter.linux.SystemCallAbi;
import io.lighter.linux.SystemCallTable;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompArg;
import io.lighter.runtime.spec.SeccompSyscall;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what a profile means for one call, rule by rule, without any of the compiler's parts. */
final class ReferenceFilter {
  private static final int KILL_PROCESS = 0x80000000;
  private static final int ENOSYS = 0x00050000 | 38;
  private static final Set<SeccompAction> PERMISSIVE =
      Set.of(SeccompAction.ALLOW, SeccompAction.LOG, SeccompAction.TRACE);

  private final Seccomp profile;
  private final Set<SystemCallAbi> conventions;

  ReferenceFilter(Seccomp profile, Set<SystemCallAbi> conventions) {
    this.profile = profile;
    this.conventions = conventions;
  }

  int decide(SystemCallAbi abi, int number, long... arguments) {
    boolean skippedByTracer = number == -1 && !conventions.contains(SystemCallAbi.X32);
    if (abi == SystemCallAbi.X86_64
        && Integer.compareUnsigned(number, 0x40000000) >= 0
        && !skippedByTracer) {
      return decide(SystemCallAbi.X32, number, arguments);
    }
    if (abi == SystemCallAbi.X32 && skippedByTracer) {
      return decide(SystemCallAbi.X86_64, number, arguments);
    }
    if (!conventions.contains(abi)) {
      return KILL_PROCESS;
    }
    int otherwise = value(profile.defaultAction(), profile.defaultErrnoRet());
    if (!PERMISSIVE.contains(profile.defaultAction()) && isBeyond(abi, number)) {
      return ENOSYS;
    }
    Integer always = find(abi, number, arguments, otherwise, false);
    Integer conditional = find(abi, number, arguments, otherwise, true);
    return always != null ? always : conditional != null ? conditional : otherwise;
  }

  private boolean isBeyond(SystemCallAbi abi, int number) {
    int largest = -1;
    for (SeccompSyscall rule : profile.syscalls()) {
      for (String name : rule.names()) {
        int named = SystemCallTable.of(abi).number(name);
        largest = abi == SystemCallAbi.ARM && named >= 0xF0000 ? largest : Math.max(largest, named);
      }
    }
    boolean armPrivate = abi == SystemCallAbi.ARM && Integer.compareUnsigned(number, 0xF0000) >= 0;
    return largest >= 0 && !armPrivate && Integer.compareUnsigned(number, largest) > 0;
  }

  private @Nullable Integer find(
      SystemCallAbi abi, int number, long[] arguments, int otherwise, boolean conditional) {
    for (SeccompSyscall rule : profile.syscalls()) {
      int value = value(rule.action(), rule.errnoRet());
      for (String name : rule.names()) {
        if (value == otherwise) {
          continue;
        }
        if (number != SystemCallTable.NONE
            && SystemCallTable.of(abi).number(name) == number
            && rule.args().isEmpty() != conditional
            && holds(rule.args(), abi, arguments)) {
          return value;
        }
        Multiplexer multiplexer = abi == SystemCallAbi.I386 ? Multiplexer.of(name) : null;
        if (multiplexer != null
            && conditional
            && SystemCallTable.of(abi).number(multiplexer.call()) == number
            && (arguments[0] & multiplexer.mask()) == multiplexer.number(name)
            && (rule.args().isEmpty() || rank(rule.action()) < rank(profile.defaultAction()))) {
          return value;
        }
      }
    }
    return null;
  }

  private static int rank(SeccompAction action) {
    return switch (action) {
      case KILL_PROCESS -> 0;
      case KILL, KILL_THREAD -> 1;
      case TRAP -> 2;
      case ERRNO -> 3;
      case NOTIFY -> 4;
      case TRACE -> 5;
      case LOG -> 6;
      case ALLOW -> 7;
    };
  }

  private static boolean holds(List<SeccompArg> args, SystemCallAbi abi, long[] arguments) {
    boolean twice = args.stream().map(SeccompArg::index).distinct().count() < args.size();
    return twice
        ? args.stream().anyMatch(arg -> holds(arg, abi, arguments))
        : args.stream().allMatch(arg -> holds(arg, abi, arguments));
  }

  private static boolean holds(SeccompArg arg, SystemCallAbi abi, long[] arguments) {
    boolean wide = abi.argumentBits() == 64;
    BigInteger passed = unsigned(arguments[arg.index()], wide);
    BigInteger value = written(arg.value(), wide);
    int comparison = passed.compareTo(value);
    return switch (arg.op()) {
      case EQ -> comparison == 0;
      case NE -> comparison != 0;
      case LT -> comparison < 0;
      case LE -> comparison <= 0;
      case GT -> comparison > 0;
      case GE -> comparison >= 0;
      case MASKED_EQ -> {
        BigInteger mask = wide ? value : value.and(unsigned(-1, false));
        yield passed.and(mask).equals(written(arg.valueTwo(), wide));
      }
    };
  }

  private static BigInteger written(long value, boolean wide) {
    boolean negativeInt = value == (int) value && value < 0;
    return unsigned(value, wide || !negativeInt);
  }

  private static BigInteger unsigned(long value, boolean wide) {
    return new BigInteger(Long.toUnsignedString(wide ? value : value & 0xFFFFFFFFL));
  }

  private static int value(SeccompAction action, @Nullable Integer errno) {
    int data = errno == null ? 1 : errno;
    return switch (action) {
      case KILL, KILL_THREAD -> 0;
      case KILL_PROCESS -> KILL_PROCESS;
      case TRAP -> 0x00030000;
      case ERRNO -> 0x00050000 | data;
      case TRACE -> 0x7FF00000 | data;
      case ALLOW -> 0x7FFF0000;
      case LOG -> 0x7FFC0000;
      case NOTIFY -> 0x7FC00000;
    };
  }
}
