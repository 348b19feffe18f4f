package io.lighter.runtime.seccomp;

import static io.lighter.linux.SystemCallAbi.AARCH64;
import static io.lighter.linux.SystemCallAbi.ARM;
import static io.lighter.linux.SystemCallAbi.I386;
import static io.lighter.linux.SystemCallAbi.X32;
import static io.lighter.linux.SystemCallAbi.X86_64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Architecture;
import io.lighter.linux.SeccompFilter;
import io.lighter.linux.SystemCallAbi;
import io.lighter.linux.SystemCallTable;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompArch;
import io.lighter.runtime.spec.SeccompArg;
import io.lighter.runtime.spec.SeccompFlag;
import io.lighter.runtime.spec.SeccompOperator;
import io.lighter.runtime.spec.SeccompSyscall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SeccompCompilerTest {
  private static final int ALLOW = SeccompFilter.SECCOMP_RET_ALLOW;
  private static final int EPERM = SeccompFilter.SECCOMP_RET_ERRNO | 1;
  private static final int ENOSYS = SeccompFilter.SECCOMP_RET_ERRNO | 38;
  private static final int KILL_PROCESS = SeccompFilter.SECCOMP_RET_KILL_PROCESS;

  private static Seccomp profile(
      SeccompAction otherwise, List<SeccompArch> architectures, SeccompSyscall... rules) {
    return new Seccomp(otherwise, null, architectures, List.of(), null, null, List.of(rules));
  }

  private static Seccomp allowing(SeccompSyscall... rules) {
    return profile(SeccompAction.ERRNO, List.of(), rules);
  }

  private static SeccompSyscall rule(SeccompAction action, String name, SeccompArg... args) {
    return new SeccompSyscall(List.of(name), action, null, List.of(args));
  }

  private static SeccompSyscall allow(String name, SeccompArg... args) {
    return rule(SeccompAction.ALLOW, name, args);
  }

  private static SeccompArg arg(int index, SeccompOperator operator, long value) {
    return new SeccompArg(index, value, 0, operator);
  }

  private static int run(Seccomp profile, SystemCallAbi abi, int number, long... arguments) {
    Architecture architecture =
        abi == AARCH64 || abi == ARM ? Architecture.AARCH64 : Architecture.X86_64;
    return new BpfInterpreter(SeccompCompiler.compile(profile, architecture).program())
        .run(abi, number, arguments)
        .value();
  }

  private static int run(Seccomp profile, SystemCallAbi abi, String name, long... arguments) {
    return run(profile, abi, SystemCallTable.of(abi).number(name), arguments);
  }

  @Test
  void shouldPrintASmallProfile() {
    Seccomp profile =
        allowing(
            allow("read"),
            allow("write"),
            allow("exit_group"),
            allow("personality", arg(0, SeccompOperator.EQ, 0xFFFFFFFFL)),
            allow("clone", new SeccompArg(0, 0x7E020000, 0, SeccompOperator.MASKED_EQ)),
            allow("kill", arg(1, SeccompOperator.LT, 32)));

    assertThat(SeccompCompiler.compile(profile, Architecture.X86_64).disassemble())
        .isEqualTo(
            """
               0  ld   arch
               1  jeq  0xc000003e, 2, 25
               2  ld   nr
               3  jge  0x87, 14, 4
               4  jge  0x39, 9, 5
               5  jge  2, 6, 22
               6  jge  0x38, 7, 21
               7  ld   args[0].low
               8  jset 0x7e020000, 21, 22
               9  jeq  0x3e, 10, 21
              10  ld   args[1].high
              11  jge  1, 21, 12
              12  ld   args[1].low
              13  jge  0x20, 21, 22
              14  jge  0xe8, 23, 15
              15  jge  0x88, 20, 16
              16  ld   args[0].high
              17  jge  1, 21, 18
              18  ld   args[0].low
              19  jge  0xffffffff, 22, 21
              20  jge  0xe7, 22, 21
              21  ret  ERRNO(1)
              22  ret  ALLOW
              23  jge  0x40000000, 24, 26
              24  jge  0xffffffff, 26, 25
              25  ret  KILL_PROCESS
              26  ret  ERRNO(38)
            """);
  }

  @Test
  void shouldKillTheProcessOnAnArchitectureThatIsNotListed() {
    Seccomp profile = allowing(allow("read"));
    assertThat(run(profile, X86_64, "read")).isEqualTo(ALLOW);
    assertThat(run(profile, I386, "read")).isEqualTo(KILL_PROCESS);
    assertThat(run(profile, X32, "read")).isEqualTo(KILL_PROCESS);
    assertThat(run(profile, AARCH64, "read")).isEqualTo(ALLOW);
    assertThat(run(profile, ARM, "read")).isEqualTo(KILL_PROCESS);
  }

  @Test
  void shouldFilterListedArchitecturesByTheirOwnNumbers() {
    Seccomp profile =
        profile(
            SeccompAction.ERRNO,
            List.of(SeccompArch.X86, SeccompArch.X32, SeccompArch.ARM, SeccompArch.S390X),
            allow("execve"));
    assertThat(run(profile, I386, 11)).isEqualTo(ALLOW);
    assertThat(run(profile, X32, 0x40000000 | 520)).isEqualTo(ALLOW);
    assertThat(run(profile, X32, 0x40000000 | 59)).isEqualTo(EPERM);
    assertThat(run(profile, X86_64, 59)).isEqualTo(ALLOW);
    assertThat(run(profile, X86_64, 11)).isEqualTo(EPERM);
    assertThat(run(profile, ARM, 11)).isEqualTo(ALLOW);
  }

  @Test
  void shouldNotTakeASkippedCallForX32() {
    assertThat(run(allowing(allow("read")), X86_64, -1)).isEqualTo(ENOSYS);
    assertThat(run(profile(SeccompAction.ALLOW, List.of()), X86_64, -1)).isEqualTo(ALLOW);
  }

  @Test
  void shouldSayThatACallNewerThanTheProfileDoesNotExist() {
    Seccomp profile = allowing(allow("read"), allow("mseal"));
    assertThat(run(profile, X86_64, "cachestat")).isEqualTo(EPERM);
    assertThat(run(profile, X86_64, "setxattrat")).isEqualTo(ENOSYS);
    assertThat(run(profile, X86_64, 2000)).isEqualTo(ENOSYS);
  }

  @Test
  void shouldLetNewCallsPassWhereTheDefaultDoes() {
    Seccomp denying = profile(SeccompAction.ALLOW, List.of(), rule(SeccompAction.ERRNO, "mount"));
    assertThat(run(denying, X86_64, 2000)).isEqualTo(ALLOW);
    Seccomp logging = profile(SeccompAction.LOG, List.of(), rule(SeccompAction.ERRNO, "mount"));
    assertThat(run(logging, X86_64, 2000)).isEqualTo(SeccompFilter.SECCOMP_RET_LOG);
  }

  @Test
  void shouldNotTakePrivateCallsOfArmForTheNewest() {
    Seccomp profile =
        profile(SeccompAction.ERRNO, List.of(SeccompArch.ARM), allow("read"), allow("set_tls"));
    assertThat(run(profile, ARM, "set_tls")).isEqualTo(ALLOW);
    assertThat(run(profile, ARM, "breakpoint")).isEqualTo(EPERM);
    assertThat(run(profile, ARM, 470)).isEqualTo(ENOSYS);
  }

  @Test
  void shouldCompareAll64Bits() {
    Seccomp profile = allowing(allow("socket", arg(0, SeccompOperator.LE, 37)));
    assertThat(run(profile, X86_64, "socket", 37)).isEqualTo(ALLOW);
    assertThat(run(profile, X86_64, "socket", 38)).isEqualTo(EPERM);
    assertThat(run(profile, X86_64, "socket", 1L << 32 | 2)).isEqualTo(EPERM);
    assertThat(run(profile, X86_64, "socket", -1L)).isEqualTo(EPERM);
  }

  @Test
  void shouldRequireAllConditionsOnDifferentArguments() {
    Seccomp profile =
        allowing(allow("socket", arg(0, SeccompOperator.EQ, 2), arg(1, SeccompOperator.EQ, 1)));
    assertThat(run(profile, X86_64, "socket", 2, 1)).isEqualTo(ALLOW);
    assertThat(run(profile, X86_64, "socket", 2, 2)).isEqualTo(EPERM);
    assertThat(run(profile, X86_64, "socket", 3, 1)).isEqualTo(EPERM);
  }

  @Test
  void shouldTakeEachConditionForARuleWhenTwoAreAboutOneArgument() {
    Seccomp profile =
        allowing(
            allow(
                "socket",
                arg(0, SeccompOperator.EQ, 2),
                arg(0, SeccompOperator.EQ, 16),
                arg(1, SeccompOperator.EQ, 2)));
    assertThat(run(profile, X86_64, "socket", 2, 1)).isEqualTo(ALLOW);
    assertThat(run(profile, X86_64, "socket", 16, 1)).isEqualTo(ALLOW);
    assertThat(run(profile, X86_64, "socket", 1, 2)).isEqualTo(ALLOW);
    assertThat(run(profile, X86_64, "socket", 1, 1)).isEqualTo(EPERM);
  }

  @Test
  void shouldPreferARuleWithoutConditionsWhereverItStands() {
    Seccomp profile =
        allowing(rule(SeccompAction.KILL, "kill", arg(1, SeccompOperator.EQ, 9)), allow("kill"));
    assertThat(run(profile, X86_64, "kill", 1, 9)).isEqualTo(ALLOW);
  }

  @Test
  void shouldNotLetARuleThatSaysTheDefaultHideAnother() {
    Seccomp profile = allowing(rule(SeccompAction.ERRNO, "kill"), allow("kill"));
    assertThat(run(profile, X86_64, "kill")).isEqualTo(ALLOW);
  }

  @Test
  void shouldAllowMultiplexedCallsWithTheCallsTheyStandFor() {
    Seccomp profile =
        profile(
            SeccompAction.ERRNO,
            List.of(SeccompArch.X86),
            allow("connect"),
            allow("semop"),
            allow("socket", arg(0, SeccompOperator.EQ, 2)));
    assertThat(run(profile, I386, "socketcall", 3)).isEqualTo(ALLOW);
    assertThat(run(profile, I386, "socketcall", 4)).isEqualTo(EPERM);
    // The condition is about memory that the filter cannot see.
    assertThat(run(profile, I386, "socketcall", 1)).isEqualTo(EPERM);
    assertThat(run(profile, I386, "ipc", 1)).isEqualTo(ALLOW);
    assertThat(run(profile, I386, "ipc", 0x10001)).isEqualTo(ALLOW);
    assertThat(run(profile, I386, "ipc", 2)).isEqualTo(EPERM);
  }

  @Test
  void shouldForbidMultiplexedCallsWithTheCallsTheyStandFor() {
    Seccomp profile =
        profile(
            SeccompAction.ALLOW,
            List.of(SeccompArch.X86),
            rule(SeccompAction.ERRNO, "socket", arg(0, SeccompOperator.EQ, 38)));
    assertThat(run(profile, I386, "socket", 38)).isEqualTo(EPERM);
    assertThat(run(profile, I386, "socket", 2)).isEqualTo(ALLOW);
    assertThat(run(profile, I386, "socketcall", 1)).isEqualTo(EPERM);
    assertThat(run(profile, I386, "socketcall", 2)).isEqualTo(ALLOW);
  }

  @Test
  void shouldReportNamesThatNoArchitectureHas() {
    Seccomp profile = allowing(allow("raed"), allow("read"), allow("socketcall"), allow("set_tls"));
    assertThat(SeccompCompiler.compile(profile, Architecture.X86_64).unknownCalls())
        .containsExactly("raed");
  }

  @Test
  void shouldTranslateEveryAction() {
    assertThat(verdict(SeccompAction.KILL, null)).isEqualTo(0);
    assertThat(verdict(SeccompAction.KILL_THREAD, null)).isEqualTo(0);
    assertThat(verdict(SeccompAction.KILL_PROCESS, null)).isEqualTo(KILL_PROCESS);
    assertThat(verdict(SeccompAction.TRAP, null)).isEqualTo(0x00030000);
    assertThat(verdict(SeccompAction.ERRNO, 13)).isEqualTo(0x0005000D);
    assertThat(verdict(SeccompAction.ERRNO, 0)).isEqualTo(0x00050000);
    assertThat(verdict(SeccompAction.TRACE, 0x7FFF)).isEqualTo(0x7FF07FFF);
    assertThat(verdict(SeccompAction.LOG, null)).isEqualTo(0x7FFC0000);
    assertThat(verdict(SeccompAction.NOTIFY, null)).isEqualTo(0x7FC00000);
  }

  private static int verdict(SeccompAction action, @Nullable Integer errno) {
    SeccompSyscall rule = new SeccompSyscall(List.of("read"), action, errno, List.of());
    return run(
        new Seccomp(
            SeccompAction.ALLOW, null, List.of(), List.of(), "/run/agent", null, List.of(rule)),
        X86_64,
        "read");
  }

  @Test
  void shouldAskForAListenerOnlyWhenSomethingGoesToIt() {
    List<SeccompFlag> all = List.of(SeccompFlag.values());
    SeccompProgram quiet =
        SeccompCompiler.compile(
            new Seccomp(SeccompAction.ALLOW, null, List.of(), all, null, null, List.of()),
            Architecture.X86_64);
    assertThat(quiet.flags()).isEqualTo(0b000111);
    assertThat(quiet.notifiesListener()).isFalse();

    SeccompProgram notifying =
        SeccompCompiler.compile(
            new Seccomp(
                SeccompAction.ALLOW,
                null,
                List.of(),
                all,
                "/run/agent.sock",
                null,
                List.of(rule(SeccompAction.NOTIFY, "mount"))),
            Architecture.X86_64);
    assertThat(notifying.flags()).isEqualTo(0b111111);
    assertThat(notifying.notifiesListener()).isTrue();
  }

  @Test
  void shouldRefuseWhatNoFilterCanDo() {
    assertThatThrownBy(() -> compile(profile(SeccompAction.NOTIFY, List.of())))
        .hasMessageContaining("seccomp.defaultAction cannot be SCMP_ACT_NOTIFY");
    assertThatThrownBy(() -> compile(allowing(rule(SeccompAction.NOTIFY, "mount"))))
        .hasMessageContaining("seccomp.listenerPath is missing");
    SeccompSyscall errnoOfAllow =
        new SeccompSyscall(List.of("read"), SeccompAction.ALLOW, 5, List.of());
    assertThatThrownBy(() -> compile(allowing(allow("write"), errnoOfAllow)))
        .hasMessageContaining("seccomp.syscalls[1]: SCMP_ACT_ALLOW takes no errno");
    SeccompSyscall large =
        new SeccompSyscall(List.of("read"), SeccompAction.ERRNO, 4096, List.of());
    assertThatThrownBy(() -> compile(allowing(large)))
        .hasMessageContaining("errnoRet is 4096, the kernel takes 0 to 4095");
  }

  @Test
  void shouldRefuseAFilterThatIsTooLong() {
    List<SeccompSyscall> rules = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      rules.add(allow("ioctl", arg(1, SeccompOperator.EQ, 3L * i)));
    }
    Seccomp profile = allowing(rules.toArray(new SeccompSyscall[0]));
    assertThatThrownBy(() -> compile(profile)).hasMessageContaining("4096 instructions");
  }

  @Test
  void shouldReachFarTargets() {
    List<SeccompSyscall> rules = new ArrayList<>();
    for (int i = 0; i < 900; i++) {
      rules.add(allow("ioctl", arg(1, SeccompOperator.EQ, 3L * i)));
    }
    rules.add(allow("read"));
    Seccomp profile = allowing(rules.toArray(new SeccompSyscall[0]));
    assertThat(compile(profile).length()).isGreaterThan(1000);
    assertThat(run(profile, X86_64, "read")).isEqualTo(ALLOW);
    for (int i = 0; i < 2700; i++) {
      assertThat(run(profile, X86_64, "ioctl", 0, i)).isEqualTo(i % 3 == 0 ? ALLOW : EPERM);
      i += 100;
    }
    assertThat(new BpfInterpreter(compile(profile).program()).longestPath()).isLessThan(25);
  }

  private static SeccompProgram compile(Seccomp profile) {
    return SeccompCompiler.compile(profile, Architecture.X86_64);
  }
}
