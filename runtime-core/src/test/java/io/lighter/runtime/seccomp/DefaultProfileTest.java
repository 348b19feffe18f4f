package io.lighter.runtime.seccomp;

import static io.lighter.linux.SystemCallAbi.AARCH64;
import static io.lighter.linux.SystemCallAbi.ARM;
import static io.lighter.linux.SystemCallAbi.I386;
import static io.lighter.linux.SystemCallAbi.X32;
import static io.lighter.linux.SystemCallAbi.X86_64;
import static io.lighter.runtime.spec.Capability.CAP_CHOWN;
import static io.lighter.runtime.spec.Capability.CAP_SYS_ADMIN;
import static io.lighter.runtime.spec.Capability.CAP_SYS_TIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Architecture;
import io.lighter.linux.KernelVersion;
import io.lighter.linux.SeccompFilter;
import io.lighter.linux.SystemCallAbi;
import io.lighter.linux.SystemCallTable;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Seccomp;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DefaultProfileTest {
  private static final KernelVersion KERNEL = new KernelVersion(6, 18);
  private static final int ALLOW = SeccompFilter.SECCOMP_RET_ALLOW;
  private static final int EPERM = SeccompFilter.SECCOMP_RET_ERRNO | 1;
  private static final int ENOSYS = SeccompFilter.SECCOMP_RET_ERRNO | 38;
  private static final long[] VALUES = {
    0,
    1,
    8,
    11,
    12,
    13,
    37,
    38,
    39,
    40,
    41,
    45,
    46,
    0x20000,
    0x20008,
    0x7E020000,
    0x02000000,
    0x40000000,
    0xFFFFFFFFL,
    (1L << 32) + 38,
    (1L << 32) + 2,
    -1
  };

  private static BpfInterpreter filter(Architecture architecture, Capability... capabilities) {
    return new BpfInterpreter(
        SeccompCompiler.compile(
                DefaultProfile.forContainer(Set.of(capabilities), architecture, KERNEL),
                architecture)
            .program());
  }

  private static int run(BpfInterpreter filter, SystemCallAbi abi, String name, long... arguments) {
    return filter.run(abi, SystemCallTable.of(abi).number(name), arguments).value();
  }

  private static List<SystemCallAbi> conventions(Architecture architecture) {
    return architecture == Architecture.X86_64 ? List.of(X86_64, I386, X32) : List.of(AARCH64, ARM);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void shouldDecideEveryCallAsTheProfileSays(Architecture architecture) {
    for (Set<Capability> capabilities :
        List.of(Set.<Capability>of(), EnumSet.allOf(Capability.class))) {
      Seccomp profile = DefaultProfile.forContainer(capabilities, architecture, KERNEL);
      BpfInterpreter filter =
          new BpfInterpreter(SeccompCompiler.compile(profile, architecture).program());
      List<SystemCallAbi> conventions = conventions(architecture);
      ReferenceFilter reference = new ReferenceFilter(profile, EnumSet.copyOf(conventions));
      for (SystemCallAbi abi : SystemCallAbi.values()) {
        for (int number = 0; number < 1024; number++) {
          for (long value : VALUES) {
            int nr = number + abi.numberBase();
            assertThat(filter.run(abi, nr, value, value, 0, 0, 0, value).value())
                .as("%s %s %s", abi, nr, value)
                .isEqualTo(reference.decide(abi, nr, value, value, 0, 0, 0, value));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void shouldDecideInFewSteps(Architecture architecture) {
    assertThat(filter(architecture).longestPath()).isLessThanOrEqualTo(24);
    assertThat(filter(architecture, Capability.values()).longestPath()).isLessThanOrEqualTo(24);
  }

  @Test
  void shouldBeShort() {
    Seccomp profile = DefaultProfile.forContainer(Set.of(), Architecture.X86_64, KERNEL);
    assertThat(SeccompCompiler.compile(profile, Architecture.X86_64).length())
        .isLessThanOrEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void shouldAllowMostCallsWithoutALookAtTheArguments(Architecture architecture) {
    // The kernel notes these numbers when the filter is loaded, and then runs no filter for them.
    BpfInterpreter filter = filter(architecture);
    SystemCallAbi abi = SystemCallAbi.of(architecture);
    long allowed =
        SystemCallTable.of(abi).byNumber().keySet().stream()
            .map(number -> filter.run(abi, number))
            .filter(result -> result.value() == ALLOW && !result.lookedAtArguments())
            .count();
    assertThat(allowed).isGreaterThan(architecture == Architecture.X86_64 ? 290 : 250);
  }

  @Test
  void shouldNameNoCallThatDoesNotExist() {
    for (Architecture architecture : Architecture.values()) {
      Seccomp profile =
          DefaultProfile.forContainer(EnumSet.allOf(Capability.class), architecture, KERNEL);
      assertThat(SeccompCompiler.compile(profile, architecture).unknownCalls()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "X86_64, read",
    "X86_64, execve",
    "X86_64, arch_prctl",
    "X86_64, ptrace",
    "X86_64, mseal",
    "I386, _llseek",
    "I386, modify_ldt",
    "X32, rt_sigaction",
    "AARCH64, openat",
    "ARM, set_tls",
    "ARM, sync_file_range2"
  })
  void shouldAllowWhatProgramsNeed(SystemCallAbi abi, String name) {
    Architecture architecture =
        conventions(Architecture.X86_64).contains(abi) ? Architecture.X86_64 : Architecture.AARCH64;
    assertThat(run(filter(architecture), abi, name)).isEqualTo(ALLOW);
  }

  @ParameterizedTest
  @CsvSource({
    "mount, CAP_SYS_ADMIN",
    "unshare, CAP_SYS_ADMIN",
    "setns, CAP_SYS_ADMIN",
    "bpf, CAP_BPF",
    "perf_event_open, CAP_PERFMON",
    "open_by_handle_at, CAP_DAC_READ_SEARCH",
    "reboot, CAP_SYS_BOOT",
    "chroot, CAP_SYS_CHROOT",
    "init_module, CAP_SYS_MODULE",
    "acct, CAP_SYS_PACCT",
    "kcmp, CAP_SYS_PTRACE",
    "iopl, CAP_SYS_RAWIO",
    "settimeofday, CAP_SYS_TIME",
    "vhangup, CAP_SYS_TTY_CONFIG",
    "mbind, CAP_SYS_NICE",
    "syslog, CAP_SYSLOG"
  })
  void shouldAllowPrivilegedCallsWithTheirCapability(String name, Capability capability) {
    assertThat(run(filter(Architecture.X86_64, CAP_CHOWN), X86_64, name)).isEqualTo(EPERM);
    assertThat(run(filter(Architecture.X86_64, capability), X86_64, name)).isEqualTo(ALLOW);
  }

  @ParameterizedTest
  @CsvSource({"keyctl", "userfaultfd", "io_uring_setup", "kexec_load", "swapon", "pivot_root"})
  void shouldRefuseSomeCallsToEverybody(String name) {
    assertThat(run(filter(Architecture.X86_64, Capability.values()), X86_64, name))
        .isEqualTo(EPERM);
  }

  @Test
  void shouldRefuseCallsOfOldKernelsOnly() {
    Seccomp profile =
        DefaultProfile.forContainer(Set.of(), Architecture.X86_64, new KernelVersion(4, 7));
    BpfInterpreter filter =
        new BpfInterpreter(SeccompCompiler.compile(profile, Architecture.X86_64).program());
    assertThat(run(filter, X86_64, "ptrace")).isEqualTo(EPERM);
  }

  @Test
  void shouldRefuseNewNamespaces() {
    BpfInterpreter filter = filter(Architecture.X86_64);
    assertThat(run(filter, X86_64, "clone", 0x1200011)).isEqualTo(ALLOW);
    assertThat(run(filter, X86_64, "clone", 0x10000011)).isEqualTo(EPERM);
    assertThat(run(filter, X86_64, "clone", 0x02000011)).isEqualTo(EPERM);
    assertThat(run(filter, X86_64, "clone3")).isEqualTo(ENOSYS);
    BpfInterpreter admin = filter(Architecture.X86_64, CAP_SYS_ADMIN, CAP_SYS_TIME);
    assertThat(run(admin, X86_64, "clone", 0x10000011)).isEqualTo(ALLOW);
    assertThat(run(admin, X86_64, "clone3")).isEqualTo(ALLOW);
  }

  @ParameterizedTest
  @EnumSource(SystemCallAbi.class)
  void shouldRefuseSocketsOfTheKernelsCryptography(SystemCallAbi abi) {
    Architecture architecture =
        abi == AARCH64 || abi == ARM ? Architecture.AARCH64 : Architecture.X86_64;
    BpfInterpreter filter = filter(architecture, Capability.values());
    assertThat(run(filter, abi, "socket", 2)).isEqualTo(ALLOW);
    assertThat(run(filter, abi, "socket", 16)).isEqualTo(ALLOW);
    assertThat(run(filter, abi, "socket", 38)).isEqualTo(EPERM);
    assertThat(run(filter, abi, "socket", 40)).isEqualTo(EPERM);
    assertThat(run(filter, abi, "socket", 1L << 32 | 38)).isEqualTo(EPERM);
    assertThat(run(filter, abi, "socket", -1L << 32 | 38)).isEqualTo(EPERM);
  }

  @Test
  void shouldNotLetSocketcallMakeSockets() {
    BpfInterpreter filter = filter(Architecture.X86_64, Capability.values());
    assertThat(run(filter, I386, "socketcall", 1)).isEqualTo(EPERM);
    assertThat(run(filter, I386, "socketcall", 1L << 32 | 1)).isEqualTo(EPERM);
    for (int call = 2; call <= 20; call++) {
      assertThat(run(filter, I386, "socketcall", call)).as("socketcall %s", call).isEqualTo(ALLOW);
    }
    assertThat(run(filter, I386, "socketcall", 21)).isEqualTo(EPERM);
  }

  @Test
  void shouldSayThatCallsOfNewerKernelsDoNotExist() {
    BpfInterpreter filter = filter(Architecture.X86_64);
    assertThat(filter.run(X86_64, 470).value()).isEqualTo(ENOSYS);
    assertThat(filter.run(I386, 470).value()).isEqualTo(ENOSYS);
    assertThat(filter(Architecture.AARCH64).run(AARCH64, 470).value()).isEqualTo(ENOSYS);
  }

  @Test
  void shouldGiveTheSameObjectToContainersThatGetTheSameRules() {
    assertThat(
            DefaultProfile.forContainer(
                EnumSet.of(CAP_CHOWN, CAP_SYS_TIME), Architecture.X86_64, KERNEL))
        .isSameAs(DefaultProfile.forContainer(Set.of(CAP_SYS_TIME), Architecture.X86_64, KERNEL))
        .isNotSameAs(DefaultProfile.forContainer(Set.of(), Architecture.X86_64, KERNEL));
  }
}
