package io.lighter.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lighter.linux.Architecture;
import io.lighter.linux.Errno;
import io.lighter.linux.ExitStatus;
import io.lighter.linux.KernelVersion;
import io.lighter.linux.LaunchFailure;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Prctl;
import io.lighter.linux.Processes;
import io.lighter.linux.Sched;
import io.lighter.linux.SeccompFilter;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCallAbi;
import io.lighter.linux.SystemCallTable;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads filters into real processes and lets those make real calls. */
class SeccompKernelTest {
  private static final long VFORK = Sched.CLONE_VM | Sched.CLONE_VFORK | Sched.CLONE_CLEAR_SIGHAND;
  private static final int SIGSYS = 31;
  private static final int AF_UNIX = 1;
  private static final int AF_ALG = 38;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_SEQPACKET = 5;
  private static final long CLONE_NEWUTS = Sched.CLONE_NEWUTS;

  private final Processes processes = Linux.kernel().processes();

  @TempDir Path folder;

  private Path program = Path.of("");

  @BeforeEach
  void setUp() {
    program = folder.resolve("program");
  }

  private static @Nullable SeccompProgram defaultFilter(Set<Capability> capabilities) {
    return SeccompCompiler.compile(
        DefaultProfile.forContainer(capabilities, Architecture.current(), KernelVersion.current()),
        Architecture.current());
  }

  private static LaunchProgram loading(@Nullable SeccompProgram filter) {
    LaunchProgram launch = new LaunchProgram(Linux.kernel().missing());
    if (filter != null) {
      launch.call(SystemCall.PRCTL, Prctl.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
      launch.call(
          SystemCall.SECCOMP,
          SeccompFilter.SECCOMP_SET_MODE_FILTER,
          filter.flags(),
          filter.program().address());
    }
    return launch;
  }

  private ExitStatus run(@Nullable SeccompProgram filter) {
    LaunchProgram launch = loading(filter);
    launch.call(SystemCall.EXECVE, program.toString(), List.of("program"), List.of());
    try (Arena arena = Arena.ofConfined()) {
      LaunchImage image = new LaunchImage(launch, VFORK, arena);
      try (PidFd child = processes.launch(image)) {
        ExitStatus status = processes.waitFor(child);
        assertThat(image.failure()).isNull();
        return status;
      }
    }
  }

  /** Returns the errno of a call under a filter, 0 if it succeeds. */
  private int call(@Nullable SeccompProgram filter, String name, long... arguments)
      throws IOException {
    return call(filter, SystemCallTable.of(SystemCallAbi.X86_64).number(name), arguments);
  }

  private int call(@Nullable SeccompProgram filter, int number, long... arguments)
      throws IOException {
    needsX86();
    TinyProgram.write64(program, number, arguments);
    return errno(run(filter));
  }

  private int call32(@Nullable SeccompProgram filter, String name, int... arguments)
      throws IOException {
    TinyProgram.write32(program, SystemCallTable.of(SystemCallAbi.I386).number(name), arguments);
    return errno(run(filter));
  }

  private static int errno(ExitStatus status) {
    assertThat(status.signal()).isZero();
    // Descriptors come out negative.
    return status.code() > 200 ? 0 : status.code();
  }

  private static void needsX86() {
    assumeTrue(
        Architecture.current() == Architecture.X86_64, "the program is machine code of x86-64");
  }

  @Test
  void shouldLoadTheDefaultProfileAndRunPrograms() throws IOException {
    SeccompProgram filter = defaultFilter(Set.of());
    assertThat(call(filter, "sched_yield")).isZero();
    assertThat(call(filter, "socket", AF_UNIX, SOCK_DGRAM, 0)).isZero();
  }

  @Test
  void shouldRefuseWhatTheKernelWouldDo() throws IOException {
    SeccompProgram filter = defaultFilter(Set.of());
    assertThat(call(null, "unshare", Sched.CLONE_FS)).isZero();
    assertThat(call(filter, "unshare", Sched.CLONE_FS)).isEqualTo(Errno.EPERM);
    assertThat(call(filter, "clone", CLONE_NEWUTS | 17)).isEqualTo(Errno.EPERM);
    assertThat(call(null, "clone3", 0, 0)).isEqualTo(Errno.EINVAL);
    assertThat(call(filter, "clone3", 0, 0)).isEqualTo(Errno.ENOSYS);
    assertThat(call(filter, "keyctl", 0)).isEqualTo(Errno.EPERM);
    assertThat(call(filter, 1000)).isEqualTo(Errno.ENOSYS);
    assertThat(call(defaultFilter(EnumSet.of(Capability.CAP_SYS_ADMIN)), "clone3", 0, 0))
        .isEqualTo(Errno.EINVAL);
  }

  @Test
  void shouldRefuseSocketsOfTheKernelsCryptography() throws IOException {
    SeccompProgram filter = defaultFilter(EnumSet.allOf(Capability.class));
    long hidden = 1L << 32;
    assertThat(call(null, "socket", hidden | AF_UNIX, SOCK_DGRAM, 0)).isZero();
    assertThat(call(null, "socket", AF_ALG, SOCK_SEQPACKET, 0)).isNotEqualTo(Errno.EPERM);
    assertThat(call(filter, "socket", AF_ALG, SOCK_SEQPACKET, 0)).isEqualTo(Errno.EPERM);
    assertThat(call(filter, "socket", hidden | AF_ALG, SOCK_SEQPACKET, 0)).isEqualTo(Errno.EPERM);
  }

  @Test
  void shouldFilterProgramsOf32Bits() throws IOException {
    needsX86();
    TinyProgram.write32(program, 158); // sched_yield
    LaunchFailure unable = failure(null);
    assumeTrue(unable == null, () -> "this kernel runs no i386 programs: " + unable);
    SeccompProgram filter = defaultFilter(EnumSet.allOf(Capability.class));
    assertThat(call32(filter, "sched_yield")).isZero();
    assertThat(call32(filter, "socket", AF_UNIX, SOCK_DGRAM, 0)).isZero();
    assertThat(call32(filter, "socket", AF_ALG, SOCK_SEQPACKET, 0)).isEqualTo(Errno.EPERM);
    assertThat(call32(null, "socketcall", 1, 0)).isEqualTo(Errno.EFAULT);
    assertThat(call32(filter, "socketcall", 1, 0)).isEqualTo(Errno.EPERM);
    assertThat(call32(filter, "socketcall", 2, 0)).isEqualTo(Errno.EFAULT);
  }

  @Test
  void shouldKillProgramsOfOtherConventions() throws IOException {
    needsX86();
    SeccompProgram own =
        SeccompCompiler.compile(
            new Seccomp(SeccompAction.ALLOW, null, List.of(), List.of(), null, null, List.of()),
            Architecture.X86_64);
    TinyProgram.write64(program, 24);
    assertThat(run(own)).isEqualTo(new ExitStatus(0, 0, false));
    TinyProgram.write64(program, 0x40000000 | 24);
    assertThat(run(own).signal()).isEqualTo(SIGSYS);
  }

  @Test
  void shouldWriteProgramsThatTheKernelTakes() {
    Random random = new Random(7);
    for (int i = 0; i < 40; i++) {
      Seccomp profile = withoutListener(RandomProfilesTest.profile(random, Architecture.current()));
      SeccompProgram filter = SeccompCompiler.compile(profile, Architecture.current());
      LaunchFailure failure = failure(filter);
      // What the filter does to the exec is another matter.
      assertThat(failure == null || failure.step() == 3)
          .as("%s: %s\n%s", profile, failure, filter.disassemble())
          .isTrue();
    }
  }

  /** An exec that waits for a listener which nobody holds would wait for ever. */
  private static Seccomp withoutListener(Seccomp profile) {
    return new Seccomp(
        profile.defaultAction(),
        profile.defaultErrnoRet(),
        profile.architectures(),
        profile.flags(),
        null,
        null,
        profile.syscalls().stream().filter(rule -> rule.action() != SeccompAction.NOTIFY).toList());
  }

  private @Nullable LaunchFailure failure(@Nullable SeccompProgram filter) {
    LaunchProgram launch = loading(filter);
    launch.call(SystemCall.EXECVE, program.toString(), List.of("program"), List.of());
    try (Arena arena = Arena.ofConfined()) {
      LaunchImage image = new LaunchImage(launch, VFORK, arena);
      try (PidFd child = processes.launch(image)) {
        processes.waitFor(child);
        return image.failure();
      }
    }
  }
}
