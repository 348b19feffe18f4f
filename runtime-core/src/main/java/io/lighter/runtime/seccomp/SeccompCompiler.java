package io.lighter.runtime.seccomp;

import io.lighter.linux.Architecture;
import io.lighter.linux.SeccompFilter;
import io.lighter.linux.SockFprog;
import io.lighter.linux.SystemCallAbi;
import io.lighter.linux.SystemCallTable;
import io.lighter.runtime.seccomp.Decision.Verdict;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompArch;
import io.lighter.runtime.spec.SeccompFlag;
import io.lighter.runtime.spec.SeccompSyscall;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the seccomp section of a configuration to classic BPF.
 *
 * <p>What a rule means follows runc and libseccomp, so that a profile written for them does the
 * same here:
 *
 * <ul>
 *   <li>The native convention is always filtered, others if the profile lists them. A call by one
 *       that is not listed kills the process (libseccomp kills the thread only, which leaves a
 *       program of several threads hanging). Architectures that this kernel cannot run are passed
 *       over.
 *   <li>A rule without conditions wins over those with conditions. Among those, the first that
 *       matches wins. A rule that says the same as the default action has no effect.
 *   <li>The conditions of a rule must all hold, unless two are about the same argument: then each
 *       is a rule of its own.
 *   <li>On i386 a rule about a socket or System V IPC call also holds for the same call through
 *       {@code socketcall} and {@code ipc}.
 *   <li>A call whose number is above all that the profile names is newer than the profile, and
 *       fails with ENOSYS instead of the default action, unless that lets calls pass. The C
 *       libraries try a new call first and fall back to the old one on ENOSYS only; an EPERM they
 *       hand to the program.
 * </ul>
 */
public final class SeccompCompiler {
  private final Seccomp profile;
  private final Decisions decisions = new Decisions();
  private final Verdict otherwise;
  private final Verdict badArchitecture = decisions.verdict(SeccompFilter.SECCOMP_RET_KILL_PROCESS);
  private final Map<SystemCallAbi, AbiFilter> filters = new EnumMap<>(SystemCallAbi.class);
  private final Set<String> unknown = new LinkedHashSet<>();
  private boolean notifying;

  private SeccompCompiler(Seccomp profile) {
    this.profile = profile;
    this.otherwise =
        decisions.verdict(
            ReturnValue.of(
                profile.defaultAction(), profile.defaultErrnoRet(), "seccomp.defaultErrnoRet"));
  }

  /**
   * Returns the filter of {@code profile} on a kernel of {@code architecture}.
   *
   * @throws IllegalArgumentException if the profile asks for what no filter can do, saying which
   *     part of it, or if the filter would be longer than 4096 instructions
   */
  public static SeccompProgram compile(Seccomp profile, Architecture architecture) {
    if (profile.defaultAction() == SeccompAction.NOTIFY) {
      throw new IllegalArgumentException(
          "seccomp.defaultAction cannot be SCMP_ACT_NOTIFY: handing the listener over takes system"
              + " calls, which would wait for the listener; name the calls that it shall hear of");
    }
    return new SeccompCompiler(profile).compile(architecture);
  }

  private SeccompProgram compile(Architecture architecture) {
    addConvention(SystemCallAbi.of(architecture));
    for (SeccompArch listed : profile.architectures()) {
      SystemCallAbi abi = convention(listed, architecture);
      if (abi != null) {
        addConvention(abi);
      }
    }
    for (int i = 0; i < profile.syscalls().size(); i++) {
      addRule(profile.syscalls().get(i), "seccomp.syscalls[" + i + "]");
    }
    if (notifying && profile.listenerPath() == null) {
      throw new IllegalArgumentException(
          "seccomp.listenerPath is missing: SCMP_ACT_NOTIFY needs a socket that takes the"
              + " listener");
    }
    SockFprog program = SockFprog.of(ProgramWriter.write(decideArchitecture()));
    return new SeccompProgram(program, flags(), notifying, List.copyOf(unknown));
  }

  /** Returns what a filter can tell apart on an architecture. */
  public static List<SeccompArch> architectures(Architecture architecture) {
    List<SeccompArch> known = new ArrayList<>();
    for (SeccompArch arch : SeccompArch.values()) {
      if (convention(arch, architecture) != null) {
        known.add(arch);
      }
    }
    return known;
  }

  private static @Nullable SystemCallAbi convention(SeccompArch listed, Architecture architecture) {
    return switch (architecture) {
      case X86_64 ->
          switch (listed) {
            case X86_64 -> SystemCallAbi.X86_64;
            case X86 -> SystemCallAbi.I386;
            case X32 -> SystemCallAbi.X32;
            default -> null;
          };
      case AARCH64 ->
          switch (listed) {
            case AARCH64 -> SystemCallAbi.AARCH64;
            case ARM -> SystemCallAbi.ARM;
            default -> null;
          };
    };
  }

  private void addConvention(SystemCallAbi abi) {
    filters.computeIfAbsent(abi, added -> new AbiFilter(decisions, added, otherwise));
  }

  private void addRule(SeccompSyscall rule, String where) {
    int value = ReturnValue.of(rule.action(), rule.errnoRet(), where);
    notifying |= rule.action() == SeccompAction.NOTIFY;
    for (AbiFilter filter : filters.values()) {
      filter.add(rule, value);
    }
    for (String name : rule.names()) {
      if (!isKnown(name)) {
        unknown.add(name);
      }
    }
  }

  private boolean isKnown(String name) {
    for (AbiFilter filter : filters.values()) {
      if (filter.knows(name)) {
        return true;
      }
    }
    return existsElsewhere(name);
  }

  private static boolean existsElsewhere(String name) {
    for (SystemCallAbi abi : SystemCallAbi.values()) {
      if (SystemCallTable.of(abi).number(name) != SystemCallTable.NONE) {
        return true;
      }
    }
    return false;
  }

  private Decision decideArchitecture() {
    RangeList architectures = new RangeList();
    architectures.from(0, badArchitecture);
    List<SystemCallAbi> ascending = new ArrayList<>(filters.keySet());
    ascending.remove(SystemCallAbi.X32);
    ascending.sort((a, b) -> Integer.compareUnsigned(a.auditArchitecture(), b.auditArchitecture()));
    for (SystemCallAbi abi : ascending) {
      architectures.at(abi.auditArchitecture(), decideNumber(abi), badArchitecture);
    }
    return decisions.choose(Word.ARCHITECTURE, architectures);
  }

  private Decision decideNumber(SystemCallAbi abi) {
    Verdict beyond =
        ReturnValue.isPermissive(otherwise.value())
            ? otherwise
            : decisions.verdict(ReturnValue.NO_SUCH_CALL);
    RangeList numbers = new RangeList();
    filter(abi).appendTo(numbers, beyond);
    if (abi == SystemCallAbi.X86_64) {
      if (filters.containsKey(SystemCallAbi.X32)) {
        filter(SystemCallAbi.X32).appendTo(numbers, beyond);
      } else {
        numbers.from(SystemCallAbi.X32.numberBase(), badArchitecture);
        // A tracer that skips a call sets its number to -1, which is nobody's bad architecture.
        numbers.from(-1, filter(abi).namesAnyCall() ? beyond : otherwise);
      }
    }
    return decisions.choose(Word.NUMBER, numbers);
  }

  private AbiFilter filter(SystemCallAbi abi) {
    AbiFilter filter = filters.get(abi);
    if (filter == null) {
      throw new IllegalStateException(abi + " was not added");
    }
    return filter;
  }

  private int flags() {
    int flags = 0;
    for (SeccompFlag flag : profile.flags()) {
      flags |= flag.bit();
    }
    if (!notifying) {
      // The kernel refuses it without a listener; a profile may ask for it all the same.
      return flags & ~SeccompFilter.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    }
    flags |= SeccompFilter.SECCOMP_FILTER_FLAG_NEW_LISTENER;
    if ((flags & SeccompFilter.SECCOMP_FILTER_FLAG_TSYNC) != 0) {
      flags |= SeccompFilter.SECCOMP_FILTER_FLAG_TSYNC_ESRCH;
    }
    return flags;
  }
}
