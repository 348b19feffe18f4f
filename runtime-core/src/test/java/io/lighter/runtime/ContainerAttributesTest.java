package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.lighter.runtime.spec.CpuAffinity;
import io.lighter.runtime.spec.IoPriority;
import io.lighter.runtime.spec.IoPriorityClass;
import io.lighter.runtime.spec.MemoryPolicy;
import io.lighter.runtime.spec.MemoryPolicyFlag;
import io.lighter.runtime.spec.MemoryPolicyMode;
import io.lighter.runtime.spec.Personality;
import io.lighter.runtime.spec.PersonalityDomain;
import io.lighter.runtime.spec.Scheduler;
import io.lighter.runtime.spec.SchedulerFlag;
import io.lighter.runtime.spec.SchedulerPolicy;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.UnsupportedSpecException;
import io.lighter.runtime.spec.User;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attributes of a container's process, as the kernel and its tools tell them from inside. */
@RequiresRoot
@RequiresTool(value = "chrt", debianPackage = "util-linux")
@RequiresTool(value = "keyctl", debianPackage = "keyutils")
@LeavesNothing(cgroups = "/lighter/")
class ContainerAttributesTest {
  @TempDir private Path folder;
  private HostRootContainer container;

  @BeforeEach
  void prepare() {
    container = new HostRootContainer(folder);
  }

  private static Spec scheduled(Scheduler scheduler, String... command) {
    return HostRootContainer.spec(p -> p.scheduler = scheduler, l -> {}, command);
  }

  private static Spec memory(MemoryPolicy policy) {
    return HostRootContainer.spec(
        p -> {}, l -> l.memoryPolicy = policy, "cat", "/proc/self/numa_maps");
  }

  @Test
  void shouldRunUnderThePersonality() throws IOException {
    Personality bits32 = new Personality(PersonalityDomain.LINUX32, List.of());
    Personality plain = new Personality(PersonalityDomain.LINUX, List.of());

    assertThat(
            container.run(
                HostRootContainer.spec(p -> {}, l -> l.personality = bits32, "uname", "-m")))
        .isIn("i686\n", "armv8l\n");
    assertThat(
            container.run(
                HostRootContainer.spec(p -> {}, l -> l.personality = plain, "uname", "-m")))
        .isIn("x86_64\n", "aarch64\n");
  }

  @Test
  void shouldRunByTheSchedulingPolicyEvenAsAUserWithoutCapabilities() throws IOException {
    Scheduler fifo = new Scheduler(SchedulerPolicy.SCHED_FIFO, 0, 7, List.of(), 0, 0, 0);
    Spec spec =
        HostRootContainer.spec(
            p -> {
              p.scheduler = fifo;
              p.user = new User(1000, 1000, null, List.of());
            },
            l -> {},
            "chrt",
            "-p",
            "1");

    assertThat(container.run(spec)).contains("SCHED_FIFO").contains("scheduling priority: 7");
  }

  @Test
  void shouldRunByADeadline() throws IOException {
    Scheduler deadline =
        new Scheduler(
            SchedulerPolicy.SCHED_DEADLINE,
            0,
            0,
            List.of(SchedulerFlag.SCHED_FLAG_RESET_ON_FORK),
            20_000_000,
            50_000_000,
            100_000_000);

    assertThat(container.run(scheduled(deadline, "chrt", "-p", "1")))
        .contains("SCHED_DEADLINE|SCHED_RESET_ON_FORK")
        .contains("runtime/deadline/period parameters: 20000000/50000000/100000000");
  }

  @Test
  void shouldRunAtTheNiceValue() throws IOException {
    Scheduler batch = new Scheduler(SchedulerPolicy.SCHED_BATCH, -5, 0, List.of(), 0, 0, 0);

    assertThat(container.run(scheduled(batch, "sh", "-c", "chrt -p $$; nice")))
        .contains("SCHED_BATCH")
        .endsWith("\n-5\n");
  }

  @Test
  void shouldNameTheSchedulerThatTheHostRefuses() {
    Scheduler reserved = new Scheduler(SchedulerPolicy.SCHED_ISO, 0, 0, List.of(), 0, 0, 0);

    assertThatThrownBy(() -> container.run(scheduled(reserved, "true")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("process.scheduler: the host refuses it (the kernel does not have")
        .hasMessageContaining("sched_setattr(0, {sched_policy=4")
        .hasMessageContaining("EINVAL");
  }

  @Test
  void shouldHaveTheIoPriority() throws IOException {
    IoPriority low = new IoPriority(IoPriorityClass.IOPRIO_CLASS_BE, 6);
    IoPriority realtime = new IoPriority(IoPriorityClass.IOPRIO_CLASS_RT, 2);
    IoPriority idle = new IoPriority(IoPriorityClass.IOPRIO_CLASS_IDLE, 0);

    assertThat(ionice(low)).isEqualTo("best-effort: prio 6\n");
    assertThat(ionice(realtime)).isEqualTo("realtime: prio 2\n");
    assertThat(ionice(idle)).isEqualTo("idle\n");
  }

  private String ionice(IoPriority priority) throws IOException {
    return container.run(
        HostRootContainer.spec(p -> p.ioPriority = priority, l -> {}, "sh", "-c", "ionice"));
  }

  @Test
  void shouldAllocateByTheMemoryPolicy() throws IOException {
    assumeFalse(Files.notExists(Path.of("/proc/self/numa_maps")), "needs a kernel with NUMA");
    MemoryPolicy bind =
        new MemoryPolicy(
            MemoryPolicyMode.MPOL_BIND, "0", List.of(MemoryPolicyFlag.MPOL_F_STATIC_NODES));
    MemoryPolicy interleave = new MemoryPolicy(MemoryPolicyMode.MPOL_INTERLEAVE, "0", List.of());
    MemoryPolicy local = new MemoryPolicy(MemoryPolicyMode.MPOL_LOCAL, null, List.of());

    assertThat(container.run(memory(bind))).contains(" bind=static:0 ");
    assertThat(container.run(memory(interleave))).contains(" interleave:0 ");
    assertThat(container.run(memory(local))).contains(" local ");
  }

  @Test
  void shouldNameTheMemoryPolicyThatTheHostRefuses() {
    MemoryPolicy missing = new MemoryPolicy(MemoryPolicyMode.MPOL_BIND, "63", List.of());

    assertThatThrownBy(() -> container.run(memory(missing)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("linux.memoryPolicy: the host refuses it (")
        .hasMessageContaining("set_mempolicy(0x2, {63}, 65)");
  }

  @Test
  void shouldAcceptTheAffinityOfExecAndRunOnEveryCpu() throws IOException {
    Spec spec =
        HostRootContainer.spec(
            p -> p.execCpuAffinity = new CpuAffinity("0", "0"),
            l -> {},
            "grep",
            "Cpus_allowed_list",
            "/proc/self/status");
    Spec without =
        spec.with(
            s ->
                s.process =
                    Objects.requireNonNull(spec.process()).with(p -> p.execCpuAffinity = null));

    assertThat(container.run(spec)).isEqualTo(container.run(without));
  }

  @Test
  void shouldHaveASessionKeyringOfItsOwnUnlessTheStartersIsKept() throws Exception {
    // The first column of what is shown is the serial number.
    Spec spec = HostRootContainer.spec(p -> {}, l -> {}, "keyctl", "show", "@s");
    String starters = starters("keyctl", "show", "@s");

    String one = container.run(spec);
    String other = container.run(spec);
    assertThat(one).endsWith("keyring: _ses\n").isNotEqualTo(starters);
    assertThat(other).endsWith("keyring: _ses\n").isNotEqualTo(one);
    assertThat(container.run(spec, container.config().withoutNewKeyring())).isEqualTo(starters);
  }

  private static String starters(String... command) throws Exception {
    java.lang.Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  @Test
  void shouldNameTheSecurityModuleThatTheHostLacks() throws IOException {
    assumeFalse(!HostFacts.modules(Path.of("/sys")).isEmpty(), "the host has one");

    assertUnsupported(
        HostRootContainer.spec(p -> p.apparmorProfile = "docker-default", l -> {}, "true"),
        "process.apparmorProfile");
    assertUnsupported(
        HostRootContainer.spec(p -> p.selinuxLabel = "a:b:c:s0", l -> {}, "true"),
        "process.selinuxLabel");
    assertUnsupported(
        HostRootContainer.spec(p -> {}, l -> l.mountLabel = "a:b:c:s0", "true"),
        "linux.mountLabel");
  }

  private void assertUnsupported(Spec spec, String field) {
    assertThatThrownBy(() -> container.run(spec))
        .isInstanceOfSatisfying(
            UnsupportedSpecException.class, e -> assertThat(e.field()).isEqualTo(field));
  }
}
