package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.RequiresRoot;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** What this process is and may: credentials, capabilities, limits, filters, the kernel. */
class CredentialsTest {
  private final Linux linux = Linux.kernel();
  private final Credentials credentials = linux.credentials();

  /** What a thread gives up is gone with the thread. */
  private static <T> T inThread(Callable<T> action) throws Exception {
    FutureTask<T> task = new FutureTask<>(action);
    Thread thread = new Thread(task);
    thread.start();
    T result = task.get();
    thread.join();
    return result;
  }

  @Test
  void shouldNumberCapabilitiesAndResourcesAsTheKernel() {
    assertThat(Capability.values()).hasSize(41);
    assertThat(Arrays.stream(Capability.values()).mapToInt(Capability::number))
        .isSorted()
        .endsWith(40);
    assertThat(Capability.CAP_SYS_ADMIN.number()).isEqualTo(21);
    assertThat(Capability.CAP_AUDIT_READ.number()).isEqualTo(37);
    assertThat(Capability.ALL).isEqualTo(0x1ff_ffff_ffffL);
    assertThat(Resource.values()).hasSize(16);
    assertThat(Resource.RLIMIT_NOFILE.number()).isEqualTo(7);
    assertThat(Resource.RLIMIT_RTTIME.number()).isEqualTo(15);
    assertThat(Resource.named("nofile")).isEqualTo(Resource.RLIMIT_NOFILE);
    assertThat(Resource.named("RLIMIT_AS")).isEqualTo(Resource.RLIMIT_AS);
    assertThat(Resource.named("files")).isNull();
  }

  @Test
  void shouldFindCapabilitiesByNameAndMask() {
    assertThat(Capability.named("net_admin")).isEqualTo(Capability.CAP_NET_ADMIN);
    assertThat(Capability.named("CAP_BPF")).isEqualTo(Capability.CAP_BPF);
    assertThat(Capability.named("CAP_NO")).isNull();
    Set<Capability> two = EnumSet.of(Capability.CAP_CHOWN, Capability.CAP_CHECKPOINT_RESTORE);
    assertThat(Capability.mask(two)).isEqualTo(1L << 40 | 1);
    assertThat(Capability.in(1L << 63 | 1L << 40 | 1)).isEqualTo(two);
    assertThat(Capability.mask(EnumSet.allOf(Capability.class))).isEqualTo(Capability.ALL);
  }

  @Test
  @RequiresRoot
  void shouldGiveCapabilitiesUp() throws Exception {
    CapabilitySets before = credentials.capget();
    assertThat(Capability.in(before.effective())).contains(Capability.CAP_SYS_ADMIN);
    CapabilitySets fewer =
        new CapabilitySets(
            Capability.CAP_SETPCAP.mask(),
            Capability.CAP_SETPCAP.mask() | Capability.CAP_CHECKPOINT_RESTORE.mask(),
            0);
    inThread(
        () -> {
          assertThat(credentials.isBounded(Capability.CAP_CHOWN)).isTrue();
          credentials.dropBounded(Capability.CAP_CHOWN);
          assertThat(credentials.isBounded(Capability.CAP_CHOWN)).isFalse();
          credentials.capset(fewer);
          assertThat(credentials.capget()).isEqualTo(fewer);
          assertThatThrownBy(() -> credentials.capset(before))
              .hasMessageContaining("capset(")
              .hasMessageContaining("EPERM");
          return true;
        });
    assertThat(credentials.capget()).isEqualTo(before);
  }

  @Test
  void shouldChangeTheProcess() throws Exception {
    assertThat(credentials.isDumpable()).isTrue();
    credentials.setDumpable(false);
    assertThat(credentials.isDumpable()).isFalse();
    credentials.setDumpable(true);
    credentials.setChildSubreaper(true);
    assertThat(credentials.isChildSubreaper()).isTrue();
    credentials.setChildSubreaper(false);
    assertThat(credentials.isChildSubreaper()).isFalse();
    assertThat(credentials.getpid()).isEqualTo((int) ProcessHandle.current().pid());
    assertThat(credentials.gettid()).isNotEqualTo(inThread(credentials::gettid));
  }

  @Test
  void shouldLoadAFilterForOneThread() throws Exception {
    // getpid answers EDOM, all else is allowed.
    SockFprog filter =
        SockFprog.of(
            ClassicBpf.instruction(ClassicBpf.LD_W_ABS, 0, 0, SeccompFilter.DATA_NR),
            ClassicBpf.instruction(ClassicBpf.JEQ_K, 0, 1, SystemCall.GETPID.number()),
            ClassicBpf.instruction(
                ClassicBpf.RET_K, 0, 0, SeccompFilter.SECCOMP_RET_ERRNO | Errno.EDOM),
            ClassicBpf.instruction(ClassicBpf.RET_K, 0, 0, SeccompFilter.SECCOMP_RET_ALLOW));
    inThread(
        () -> {
          credentials.setNoNewPrivileges();
          assertThat(credentials.hasNoNewPrivileges()).isTrue();
          linux.seccomp().load(filter, 0);
          assertThatThrownBy(credentials::getpid)
              .hasMessage("getpid(): EDOM (Numerical argument out of domain)");
          assertThatThrownBy(() -> linux.seccomp().load(filter, 1 << 30))
              .hasMessageContaining("seccomp(1, 0x40000000")
              .hasMessageContaining("EINVAL");
          return true;
        });
    assertThat(credentials.hasNoNewPrivileges()).isFalse();
    assertThat(credentials.getpid()).isPositive();
  }

  @Test
  void shouldLimitResources() {
    ResourceLimits limits = linux.resourceLimits();
    ResourceLimit before = limits.get(Resource.RLIMIT_CORE);
    ResourceLimit lower = new ResourceLimit(0, before.hard());
    assertThat(limits.set(Resource.RLIMIT_CORE, lower)).isTrue();
    assertThat(limits.get(Resource.RLIMIT_CORE)).isEqualTo(lower);
    assertThat(limits.set(Resource.RLIMIT_CORE, before)).isTrue();
    assertThatThrownBy(() -> new ResourceLimit(ResourceLimit.INFINITY, 5))
        .hasMessageContaining("18446744073709551615");
  }

  @Test
  void shouldAnswerFalseWhenAHardLimitCannotBeRaised() {
    RecordedSystemCalls calls = new RecordedSystemCalls((call, printed) -> -Errno.EPERM);
    ResourceLimits limits = new Linux(calls).resourceLimits();

    assertThat(limits.set(Resource.RLIMIT_NOFILE, new ResourceLimit(1, 2))).isFalse();
    assertThat(calls.recorded()).hasSize(1).first().asString().startsWith("prlimit64(0, 7, 0x");
  }

  @Test
  void shouldLimitAChild() {
    try (Arena arena = Arena.ofConfined()) {
      LaunchProgram program = new LaunchProgram();
      program.call(SystemCall.EXECVE, "/bin/cat", List.of("cat"), List.of());
      LaunchImage image = new LaunchImage(program, Sched.CLONE_VM | Sched.CLONE_VFORK, arena);
      ResourceLimits limits = linux.resourceLimits();
      try (PidFd child = linux.processes().launch(image)) {
        ResourceLimit limit = new ResourceLimit(10, 20);
        assertThat(limits.set(child, Resource.RLIMIT_NOFILE, limit)).isTrue();
        assertThat(limits.get(child, Resource.RLIMIT_NOFILE)).isEqualTo(limit);
        linux.processes().signal(child, Signals.SIGKILL);
        linux.processes().waitFor(child);
      }
    }
  }

  @Test
  void shouldKnowTheKernel() {
    Uname uname = linux.uname();
    assertThat(uname.release()).isEqualTo(System.getProperty("os.version"));
    assertThat(uname.kernelVersion()).isEqualTo(KernelVersion.current());
    assertThat(uname.version()).startsWith("#");
    assertThat(uname.nodename()).isNotEmpty();
    assertThat(uname.machine()).isIn("x86_64", "aarch64");
  }
}
