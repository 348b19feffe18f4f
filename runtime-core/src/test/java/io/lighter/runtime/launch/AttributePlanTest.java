package io.lighter.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Step;
import io.lighter.runtime.launch.LaunchPlan.Demand;
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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributePlanTest {
  @ParameterizedTest
  @CsvSource({"LINUX, PER_LINUX", "LINUX32, PER_LINUX32"})
  void shouldSetThePersonality(PersonalityDomain domain, String constant) {
    LaunchPlan plan =
        Plans.of(Plans.spec(p -> {}, l -> l.personality = new Personality(domain, List.of())));

    assertThat(Plans.steps(plan, "personality")).containsExactly("personality(" + constant + ")");
  }

  @Test
  void shouldSetTheSchedulerWhileTheProcessStillHasItsCapabilities() {
    Scheduler scheduler =
        new Scheduler(
            SchedulerPolicy.SCHED_DEADLINE,
            0,
            0,
            List.of(SchedulerFlag.SCHED_FLAG_RESET_ON_FORK, SchedulerFlag.SCHED_FLAG_DL_OVERRUN),
            1_000_000,
            10_000_000,
            -1);
    LaunchPlan plan = Plans.of(Plans.spec(p -> p.scheduler = scheduler, l -> {}));

    assertThat(Plans.steps(plan, "sched_setattr"))
        .containsExactly(
            "sched_setattr(0, {sched_policy=6, sched_flags=0x5, sched_nice=0, sched_priority=0,"
                + " sched_runtime=1000000, sched_deadline=10000000,"
                + " sched_period=18446744073709551615}, 0)");
    assertThat(Plans.place(plan, "sched_setattr")).isLessThan(Plans.place(plan, "capset"));
    assertThat(plan.demands()).extracting(Demand::field).containsExactly("process.scheduler");
  }

  @Test
  void shouldSetTheNiceValueBelowZero() {
    Scheduler scheduler = new Scheduler(SchedulerPolicy.SCHED_BATCH, -5, 0, List.of(), 0, 0, 0);

    assertThat(
            Plans.steps(
                Plans.of(Plans.spec(p -> p.scheduler = scheduler, l -> {})), "sched_setattr("))
        .singleElement()
        .asString()
        .contains("sched_policy=3", "sched_nice=-5");
  }

  @Test
  void shouldSetTheIoPriority() {
    IoPriority priority = new IoPriority(IoPriorityClass.IOPRIO_CLASS_BE, 3);

    assertThat(Plans.steps(Plans.of(Plans.spec(p -> p.ioPriority = priority, l -> {})), "ioprio"))
        .containsExactly("ioprio_set(IOPRIO_WHO_PROCESS, 0, 0x4003)");
  }

  @Test
  void shouldSetTheMemoryPolicyWithAMaskOfWholeWords() {
    MemoryPolicy policy =
        new MemoryPolicy(
            MemoryPolicyMode.MPOL_BIND, "0-1,64", List.of(MemoryPolicyFlag.MPOL_F_STATIC_NODES));
    LaunchPlan plan = Plans.of(Plans.spec(p -> {}, l -> l.memoryPolicy = policy));

    // 129 for 128 bits: the kernel takes one off.
    assertThat(Plans.steps(plan, "set_mempolicy"))
        .containsExactly("set_mempolicy(0x8002, {0, 1, 64}, 129)");
    assertThat(plan.demands().getFirst().reason(Errno.ENOSYS)).contains("NUMA");
  }

  @Test
  void shouldGiveNoMaskForAPolicyWithoutNodes() {
    MemoryPolicy policy = new MemoryPolicy(MemoryPolicyMode.MPOL_LOCAL, null, List.of());

    assertThat(
            Plans.steps(Plans.of(Plans.spec(p -> {}, l -> l.memoryPolicy = policy)), "mempolicy"))
        .containsExactly("set_mempolicy(0x4, NULL, 0)");
  }

  @Test
  void shouldRefuseNodesThatNoKernelHas() {
    MemoryPolicy policy = new MemoryPolicy(MemoryPolicyMode.MPOL_BIND, "0-1024", List.of());

    assertThatThrownBy(() -> Plans.of(Plans.spec(p -> {}, l -> l.memoryPolicy = policy)))
        .hasMessageStartingWith("linux.memoryPolicy.nodes: 1024");
  }

  @Test
  void shouldLeaveTheAffinityOfExecToExec() {
    LaunchPlan plan =
        Plans.of(Plans.spec(p -> p.execCpuAffinity = new CpuAffinity("0", "1"), l -> {}));

    assertThat(Plans.steps(plan, "affinity")).isEmpty();
  }

  @Test
  void shouldSetTheInitialAffinityBeforeTheFinalOne() {
    LaunchProgram program = new LaunchProgram();
    List<Demand> demands = new ArrayList<>();
    new CpuAffinityPlan(program, demands).add(new CpuAffinity("0-1", "3,1023"));

    assertThat(program.steps())
        .extracting(Step::toString)
        .containsExactly(
            "sched_setaffinity(0, 8, {0, 1})  # EINVAL: go on",
            "sched_setaffinity(0, 128, {3, 1023})");
    assertThat(demands).extracting(Demand::field).containsExactly("process.execCPUAffinity.final");
  }

  @Test
  void shouldLeaveTheAffinityAloneWhenAListIsEmptyOrAbsent() {
    LaunchProgram program = new LaunchProgram();
    new CpuAffinityPlan(program, new ArrayList<>()).add(new CpuAffinity("", null));

    assertThat(program.steps()).isEmpty();
  }

  @Test
  void shouldRefuseCpusThatDoNotFitTheMask() {
    CpuAffinityPlan plan = new CpuAffinityPlan(new LaunchProgram(), new ArrayList<>());

    assertThatThrownBy(() -> plan.add(new CpuAffinity(null, "1024")))
        .hasMessageStartingWith("process.execCPUAffinity.final: 1024");
  }

  @Test
  void shouldJoinANamelessKeyringOrOneOfTheContainersName() {
    LaunchOptions nameless = new LaunchOptions(true, false, "/run/empty", true);
    LaunchOptions named = nameless.withCreated("abc", 0, "/rootfs");

    assertThat(Plans.steps(Plans.of(Plans.spec(p -> {}, l -> {}), nameless), "keyctl"))
        .containsExactly("keyctl(KEYCTL_JOIN_SESSION_KEYRING, 0)  # ENOSYS: go on");
    LaunchPlan plan = Plans.of(Plans.spec(p -> {}, l -> {}), named);
    int join = Plans.place(plan, "keyctl");
    assertThat(Plans.steps(plan, "keyctl"))
        .containsExactly(
            "keyctl(KEYCTL_JOIN_SESSION_KEYRING, \"_ses.abc\")  # ENOSYS: skip 1",
            "keyctl(KEYCTL_SETPERM, $" + (join + 1) + ", 0x3f1b0000)");
    assertThat(Plans.steps(Plans.of(Plans.spec(p -> {}, l -> {})), "keyctl")).isEmpty();
  }
}
