package io.lighter.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Architecture;
import io.lighter.linux.ExitStatus;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Prctl;
import io.lighter.linux.Processes;
import io.lighter.linux.Sched;
import io.lighter.linux.SeccompFilter;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCallAbi;
import io.lighter.linux.SystemCallTable;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompArg;
import io.lighter.runtime.spec.SeccompOperator;
import io.lighter.runtime.spec.SeccompSyscall;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the kernel decides, call by call, beside what our interpreter says that it should: a real
 * process loads the filter and makes calls of no effect, whose descriptor is none.
 */
@LeavesNothing(except = {Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class KernelVerdictsTest {
  private static final int PROFILES = 25;
  private static final int CALLS = 120;
  private static final long NO_DESCRIPTOR = -1;

  /** None of them fails with these of itself. */
  private static final int FIRST_ERRNO = 100;

  private static final int ERRNOS = 20;

  /** Calls that fail with EBADF, or do nothing, whatever their other arguments are. */
  private static final List<SystemCall> HARMLESS =
      List.of(
          SystemCall.LSEEK,
          SystemCall.IOCTL,
          SystemCall.FCNTL,
          SystemCall.FLOCK,
          SystemCall.FSYNC,
          SystemCall.FTRUNCATE,
          SystemCall.FCHMOD,
          SystemCall.FCHOWN,
          SystemCall.PREAD64,
          SystemCall.PWRITE64,
          SystemCall.FALLOCATE,
          SystemCall.SYNCFS,
          SystemCall.FSTATFS,
          SystemCall.GETDENTS64,
          SystemCall.SHUTDOWN,
          SystemCall.LISTEN,
          SystemCall.GETPPID,
          SystemCall.GETUID);

  /** A call, with as many arguments as it has. */
  private record Call(SystemCall call, List<Long> arguments) {
    static Call random(Random random) {
      SystemCall call = RandomProfilesTest.pick(random, HARMLESS);
      List<Long> arguments = new ArrayList<>();
      for (int i = 0; i < count(call); i++) {
        arguments.add(i == 0 ? NO_DESCRIPTOR : RandomProfilesTest.value(random));
      }
      return new Call(call, arguments);
    }

    private static int count(SystemCall call) {
      return switch (call) {
        case GETPPID, GETUID -> 0;
        case FSYNC, SYNCFS -> 1;
        case FLOCK, FTRUNCATE, FCHMOD, FSTATFS, SHUTDOWN, LISTEN -> 2;
        case PREAD64, PWRITE64, FALLOCATE -> 4;
        default -> 3;
      };
    }
  }

  private final Processes processes = Linux.kernel().processes();

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void shouldDecideAsTheKernelDoes(long seed) {
    Random random = new Random(seed);
    SystemCallAbi abi = SystemCallAbi.of(Architecture.current());
    for (int i = 0; i < PROFILES; i++) {
      Seccomp profile = profile(random);
      SeccompProgram filter = SeccompCompiler.compile(profile, Architecture.current());
      BpfInterpreter interpreter = new BpfInterpreter(filter.program());
      List<Call> calls = new ArrayList<>();
      for (int j = 0; j < CALLS; j++) {
        calls.add(Call.random(random));
      }
      List<Long> plain = answers(null, calls);
      List<Long> filtered = answers(filter, calls);
      for (int j = 0; j < CALLS; j++) {
        Call call = calls.get(j);
        // A filter sees all six registers; what a step does not say is zero.
        long[] registers =
            Arrays.copyOf(call.arguments.stream().mapToLong(Long::longValue).toArray(), 6);
        int number = SystemCallTable.of(abi).number(call.call.toString());
        int verdict = interpreter.run(abi, number, registers).value();
        assertThat(filtered.get(j))
            .as("seed %s: %s%s of %s", seed, call.call, Arrays.toString(registers), profile)
            .isEqualTo(expected(verdict, plain.get(j)));
      }
    }
  }

  private static long expected(int verdict, long plain) {
    return switch (verdict & 0xFFFF0000) {
      case SeccompFilter.SECCOMP_RET_ALLOW -> plain;
      case SeccompFilter.SECCOMP_RET_ERRNO -> -(verdict & 0xFFFF);
      default -> throw new AssertionError("a verdict that no rule has: " + verdict);
    };
  }

  private static Seccomp profile(Random random) {
    List<SeccompSyscall> rules = new ArrayList<>();
    // The program itself has to come to its end.
    rules.add(
        new SeccompSyscall(List.of("exit", "exit_group"), SeccompAction.ALLOW, null, List.of()));
    for (int i = random.nextInt(60); i >= 0; i--) {
      rules.add(rule(random));
    }
    boolean allows = random.nextBoolean();
    return new Seccomp(
        allows ? SeccompAction.ALLOW : SeccompAction.ERRNO,
        allows ? null : FIRST_ERRNO,
        List.of(),
        List.of(),
        null,
        null,
        rules);
  }

  private static SeccompSyscall rule(Random random) {
    boolean allows = random.nextInt(3) == 0;
    List<SeccompArg> args = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      SeccompOperator operator = RandomProfilesTest.pick(random, List.of(SeccompOperator.values()));
      long value = RandomProfilesTest.value(random);
      args.add(new SeccompArg(random.nextInt(4), value, value & 0xFF, operator));
    }
    return new SeccompSyscall(
        List.of(RandomProfilesTest.pick(random, HARMLESS).toString()),
        allows ? SeccompAction.ALLOW : SeccompAction.ERRNO,
        allows ? null : FIRST_ERRNO + 1 + random.nextInt(ERRNOS),
        args);
  }

  /** Returns what a process gets for each call. */
  private List<Long> answers(@Nullable SeccompProgram filter, List<Call> calls) {
    LaunchProgram program = new LaunchProgram();
    if (filter != null) {
      program.call(SystemCall.PRCTL, Prctl.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
      program.call(
          SystemCall.SECCOMP,
          SeccompFilter.SECCOMP_SET_MODE_FILTER,
          filter.flags(),
          filter.program().address());
    }
    List<Step> steps = new ArrayList<>();
    for (Call call : calls) {
      steps.add(program.call(call.call, call.arguments.toArray()).tolerateAny());
    }
    program.call(SystemCall.EXIT_GROUP, 0);
    long flags = Sched.CLONE_VM | Sched.CLONE_VFORK | Sched.CLONE_CLEAR_SIGHAND;
    try (Arena arena = Arena.ofConfined()) {
      LaunchImage image = new LaunchImage(program, flags, arena);
      try (PidFd child = processes.launch(image)) {
        assertThat(processes.waitFor(child)).isEqualTo(new ExitStatus(0, 0, false));
        return steps.stream().map(image::result).toList();
      }
    }
  }
}
