package io.lighter.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Architecture;
import io.lighter.linux.SystemCallAbi;
import io.lighter.linux.SystemCallTable;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompArch;
import io.lighter.runtime.spec.SeccompArg;
import io.lighter.runtime.spec.SeccompOperator;
import io.lighter.runtime.spec.SeccompSyscall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares what the program does with what the profile says, for profiles made by chance. */
class RandomProfilesTest {
  private static final int PROFILES = 60;
  private static final int CALLS = 600;
  private static final long[] VALUES = {
    0,
    1,
    2,
    3,
    37,
    38,
    39,
    0x7FFFFFFFL,
    0x80000000L,
    0xFFFFFFFFL,
    1L << 32,
    (1L << 32) + 1,
    (38L << 32) | 38,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -2,
    -1,
    Integer.MIN_VALUE
  };

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldDecideAsTheProfileSays(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < PROFILES; i++) {
      compareOne(random, CALLS, "seed " + seed + " profile " + i);
    }
  }

  /**
   * Compiles a profile and compares what the program answers with what the profile says.
   *
   * @param random decides all of it
   * @param description for the failure
   */
  static void compareOne(Random random, int calls, String description) {
    Architecture architecture = random.nextInt(4) == 0 ? Architecture.AARCH64 : Architecture.X86_64;
    Seccomp profile = profile(random, architecture);
    SeccompProgram program = SeccompCompiler.compile(profile, architecture);
    BpfInterpreter interpreter = new BpfInterpreter(program.program());
    ReferenceFilter reference = new ReferenceFilter(profile, conventions(profile, architecture));
    for (int j = 0; j < calls; j++) {
      SystemCallAbi abi = abi(random, architecture);
      int number = number(random, abi, profile);
      long[] arguments = new long[6];
      for (int k = 0; k < arguments.length; k++) {
        arguments[k] = value(random);
      }
      assertThat(interpreter.run(abi, number, arguments).value())
          .as("%s: %s %s %s of %s", description, abi, number, Arrays.toString(arguments), profile)
          .isEqualTo(reference.decide(abi, number, arguments));
    }
  }

  private static Set<SystemCallAbi> conventions(Seccomp profile, Architecture architecture) {
    Set<SystemCallAbi> conventions = EnumSet.of(SystemCallAbi.of(architecture));
    for (SeccompArch arch : profile.architectures()) {
      if (architecture == Architecture.X86_64) {
        switch (arch) {
          case X86 -> conventions.add(SystemCallAbi.I386);
          case X32 -> conventions.add(SystemCallAbi.X32);
          default -> {}
        }
      } else if (arch == SeccompArch.ARM) {
        conventions.add(SystemCallAbi.ARM);
      }
    }
    return conventions;
  }

  static Seccomp profile(Random random, Architecture architecture) {
    List<SeccompAction> actions = new ArrayList<>(EnumSet.allOf(SeccompAction.class));
    actions.remove(SeccompAction.NOTIFY);
    SeccompAction otherwise = pick(random, actions);
    List<SeccompSyscall> rules = new ArrayList<>();
    int count = random.nextInt(60);
    // Few names, so that several rules meet at one call.
    List<String> names = new ArrayList<>(new TreeSet<>(table(architecture).names()));
    names.addAll(List.of("socket", "bind", "socketcall", "ipc", "semop", "set_tls", "no_such"));
    List<String> some = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      some.add(pick(random, names));
    }
    some.addAll(List.of("socket", "socketcall", "semop", "ipc"));
    for (int i = 0; i < count; i++) {
      rules.add(rule(random, random.nextInt(3) == 0 ? names : some));
    }
    List<SeccompArch> arches = new ArrayList<>(List.of(SeccompArch.values()));
    arches.removeIf(arch -> random.nextBoolean());
    return new Seccomp(otherwise, null, arches, List.of(), "/run/agent", null, rules);
  }

  private static SystemCallTable table(Architecture architecture) {
    return SystemCallTable.of(SystemCallAbi.of(architecture));
  }

  private static SeccompSyscall rule(Random random, List<String> names) {
    SeccompAction action = pick(random, List.of(SeccompAction.values()));
    Integer errno = action.takesErrno() && random.nextBoolean() ? random.nextInt(3) : null;
    List<String> chosen = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      chosen.add(pick(random, names));
    }
    List<SeccompArg> args = new ArrayList<>();
    int conditions = Math.max(0, random.nextInt(7) - 2);
    for (int i = 0; i < conditions; i++) {
      SeccompOperator operator = pick(random, List.of(SeccompOperator.values()));
      long value = value(random);
      long two =
          operator == SeccompOperator.MASKED_EQ && random.nextBoolean()
              ? value & value(random)
              : value(random);
      int index = random.nextInt(2) == 0 ? random.nextInt(6) : i;
      args.add(new SeccompArg(index, value, two, operator));
    }
    return new SeccompSyscall(chosen, action, errno, args);
  }

  private static SystemCallAbi abi(Random random, Architecture architecture) {
    if (architecture == Architecture.X86_64) {
      return pick(random, List.of(SystemCallAbi.X86_64, SystemCallAbi.I386, SystemCallAbi.X32));
    }
    return random.nextBoolean() ? SystemCallAbi.AARCH64 : SystemCallAbi.ARM;
  }

  private static int number(Random random, SystemCallAbi abi, Seccomp profile) {
    if (random.nextInt(4) > 0 && !profile.syscalls().isEmpty()) {
      List<String> names = pick(random, profile.syscalls()).names();
      int number = SystemCallTable.of(abi).number(pick(random, names));
      return number == SystemCallTable.NONE ? abi.numberBase() : number;
    }
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt() | abi.numberBase();
      case 1 -> abi == SystemCallAbi.X32 ? 0x7FFFFFFF : -1;
      default -> abi.numberBase() + random.nextInt(600);
    };
  }

  static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  static long value(Random random) {
    return random.nextInt(10) == 0
        ? random.nextLong()
        : VALUES[random.nextInt(VALUES.length)] + random.nextInt(3) - 1;
  }
}
