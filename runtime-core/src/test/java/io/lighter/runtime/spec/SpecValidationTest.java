package io.lighter.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecValidationTest {

  @Test
  void shouldFindNothingInOrdinarySpecs() {
    assertThat(SpecValidation.problems(Specs.ordinary())).isEmpty();
    assertThat(
            SpecValidation.problems(
                DefaultContainer.privileged(new Root("/", true), List.of("sh"))))
        .isEmpty();
  }

  @Test
  void shouldFindAllProblemsAndNotTheFirstOnly() {
    Spec spec = SpecReader.parse(Specs.complete());
    assertThat(paths(spec))
        .containsExactly(
            // SCHED_DEADLINE has no priority; the file sets one to have every field
            "process.scheduler.priority");
    Spec broken =
        spec.with(
            s -> {
              s.root = null;
              s.linux = LinuxConfig.EMPTY;
            });
    assertThat(paths(broken))
        .contains("root", "mounts", "hostname", "domainname", "process.scheduler.priority");
    assertThatThrownBy(() -> SpecValidation.check(broken))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("5 problems\n  root: is required and missing\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1.0", "2.0.0", "0.9.0", "1.0.0 ", "1.0.0-"})
  void shouldRefuseOtherVersions(String version) {
    assertThat(paths(Specs.ordinary().with(s -> s.ociVersion = version)))
        .containsExactly("ociVersion");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0.2-dev", "1.0.0", "1.3.0", "1.2.1+dev", "1.0.0-rc5"})
  void shouldTakeVersionsOfTheSameMajor(String version) {
    assertThat(paths(Specs.ordinary().with(s -> s.ociVersion = version))).isEmpty();
  }

  @Test
  void shouldCheckTheProcess() {
    assertThat(process(p -> p.args = List.of())).containsExactly("process.args");
    assertThat(process(p -> p.args = List.of(""))).containsExactly("process.args");
    assertThat(process(p -> p.args = List.of("a", "b\0c"))).containsExactly("process.args[1]");
    assertThat(process(p -> p.cwd = "srv")).containsExactly("process.cwd");
    assertThat(process(p -> p.env = List.of("A=", "=b", "c")))
        .containsExactly("process.env[1]", "process.env[2]");
    assertThat(process(p -> p.oomScoreAdj = 1001)).containsExactly("process.oomScoreAdj");
    assertThat(process(p -> p.ioPriority = new IoPriority(IoPriorityClass.IOPRIO_CLASS_BE, 8)))
        .containsExactly("process.ioPriority.priority");
    assertThat(process(p -> p.execCpuAffinity = new CpuAffinity("0-3,7", "a")))
        .containsExactly("process.execCPUAffinity.final");
  }

  @Test
  void shouldCheckCapabilitiesAndLimits() {
    Set<Capability> kill = Set.of(Capability.CAP_KILL);
    assertThat(
            process(
                p -> p.capabilities = new Capabilities(kill, kill, Set.of(), Set.of(), Set.of())))
        .containsExactly("process.capabilities.effective");
    Rlimit unlimited = new Rlimit(RlimitType.RLIMIT_CORE, Rlimit.INFINITY, 5);
    Rlimit reversed = new Rlimit(RlimitType.RLIMIT_CORE, 5, Rlimit.INFINITY);
    assertThat(process(p -> p.rlimits = List.of(unlimited))).isEmpty();
    assertThat(process(p -> p.rlimits = List.of(unlimited, reversed)))
        .containsExactly("process.rlimits[1].type", "process.rlimits[1].soft");
  }

  @Test
  void shouldCheckTheScheduler() {
    assertThat(scheduler(SchedulerPolicy.SCHED_FIFO, 0, 0, 0)).isNotEmpty();
    assertThat(scheduler(SchedulerPolicy.SCHED_FIFO, 99, 0, 0)).isEmpty();
    assertThat(scheduler(SchedulerPolicy.SCHED_OTHER, 1, 0, 0)).isNotEmpty();
    assertThat(scheduler(SchedulerPolicy.SCHED_OTHER, 0, 5, 5)).isNotEmpty();
    assertThat(scheduler(SchedulerPolicy.SCHED_DEADLINE, 0, 5, 9)).isEmpty();
    assertThat(scheduler(SchedulerPolicy.SCHED_DEADLINE, 0, 9, 5)).isNotEmpty();
    assertThat(scheduler(SchedulerPolicy.SCHED_DEADLINE, 0, 0, 5)).isNotEmpty();
  }

  @Test
  void shouldCheckMounts() {
    assertThat(mount(new Mount("/m", null, "/s", List.of("ro")))).containsExactly("mounts[0].type");
    assertThat(mount(new Mount("/m", null, null, List.of("rbind"))))
        .containsExactly("mounts[0].source");
    assertThat(mount(new Mount("/m", "bind", "/s", List.of()))).isEmpty();
    assertThat(mount(new Mount("relative", "tmpfs", null, List.of()))).isEmpty();
    List<IdMapping> mapping = List.of(new IdMapping(0, 1, 1));
    assertThat(mount(new Mount("/m", "tmpfs", null, List.of(), mapping, List.of())))
        .containsExactly("mounts[0]");
  }

  @Test
  void shouldCheckThatPathsAreAbsolute() {
    assertThat(linux(l -> l.maskedPaths = List.of("/a", "b")))
        .containsExactly("linux.maskedPaths[1]");
    assertThat(linux(l -> l.readonlyPaths = List.of("b")))
        .containsExactly("linux.readonlyPaths[0]");
    Namespace joined = new Namespace(NamespaceType.MOUNT, "proc/1/ns/mnt");
    assertThat(linux(l -> l.namespaces = List.of(joined)))
        .containsExactly("linux.namespaces[0].path");
    Hook hook = new Hook("hook", List.of(), List.of("x"), 0);
    Hooks hooks = new Hooks(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(hook));
    assertThat(paths(Specs.ordinary().with(s -> s.hooks = hooks)))
        .containsExactly(
            "hooks.poststop[0].path", "hooks.poststop[0].env[0]", "hooks.poststop[0].timeout");
  }

  @Test
  void shouldCheckNamespaces() {
    List<Namespace> twice =
        List.of(new Namespace(NamespaceType.MOUNT), new Namespace(NamespaceType.MOUNT));
    assertThat(linux(l -> l.namespaces = twice)).containsExactly("linux.namespaces[1].type");
    assertThat(linux(l -> l.namespaces = List.of()))
        .containsExactly("mounts", "linux.maskedPaths", "linux.readonlyPaths");
    assertThat(paths(Specs.ordinary().with(s -> s.hostname = "x".repeat(65))))
        .containsExactly("hostname");
  }

  @Test
  void shouldCheckUserNamespaces() {
    List<IdMapping> mapping = List.of(new IdMapping(0, 1000, 10));
    List<Namespace> namespaces =
        List.of(new Namespace(NamespaceType.MOUNT), new Namespace(NamespaceType.USER));
    assertThat(linux(l -> l.uidMappings = mapping)).containsExactly("linux.uidMappings");
    assertThat(linux(l -> l.namespaces = namespaces))
        .containsExactly("linux.uidMappings", "linux.gidMappings");
    Spec mapped =
        Specs.ordinary()
            .with(
                s -> {
                  s.process = Present.of(s.process).with(p -> p.user = new User(10, 9));
                  s.linux =
                      Present.of(s.linux)
                          .with(
                              l -> {
                                l.namespaces = namespaces;
                                l.uidMappings = mapping;
                                l.gidMappings = mapping;
                              });
                });
    assertThat(paths(mapped)).containsExactly("process.user.uid");
    List<IdMapping> overlapping = List.of(new IdMapping(0, 1000, 10), new IdMapping(9, 5000, 1));
    assertThat(
            paths(
                mapped.with(
                    s -> s.linux = Present.of(s.linux).with(l -> l.uidMappings = overlapping))))
        .contains("linux.uidMappings[1]");
  }

  @Test
  void shouldCheckClocksAndNetworkDevices() {
    assertThat(linux(l -> l.timeOffsets = Map.of(TimeClock.BOOTTIME, new TimeOffset(1, 0))))
        .containsExactly("linux.timeOffsets");
    assertThat(linux(l -> l.netDevices = Map.of("eth0", new NetDevice("a/b"))))
        .containsExactly("linux.netDevices[\"eth0\"].name");
    assertThat(linux(l -> l.netDevices = Map.of("..", new NetDevice(null))))
        .containsExactly("linux.netDevices[\"..\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kernel.sem",
        "net.ipv4.ip_forward",
        "net/ipv4/conf/eth0.1/forwarding",
        "net.ipv4.conf.eth0/1.forwarding",
        "fs.mqueue.msg_max",
        "kernel.domainname"
      })
  void shouldTakeParametersOfItsNamespaces(String name) {
    assertThat(linux(l -> l.sysctl = Map.of(name, "1"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kernel.hostname",
        "kernel.core_pattern",
        "kernel.sem.x",
        "vm.swappiness",
        "net",
        "net/../kernel/core_pattern",
        "net.//.kernel.core_pattern",
        "net/./x",
        "net//x",
        "net.ipv4+kernel.x",
        "user.max_user_namespaces",
        ""
      })
  void shouldRefuseParametersOfTheHost(String name) {
    assertThat(linux(l -> l.sysctl = Map.of(name, "1")))
        .containsExactly("linux.sysctl[\"" + name + "\"]");
  }

  @Test
  void shouldCheckResources() {
    assertThat(resources(r -> r.memory = Memory.NONE.with(m -> m.limit = -2L)))
        .containsExactly("linux.resources.memory.limit");
    assertThat(
            resources(
                r ->
                    r.memory =
                        Memory.NONE.with(
                            m -> {
                              m.limit = 2L;
                              m.swap = 1L;
                            })))
        .containsExactly("linux.resources.memory.swap");
    assertThat(resources(r -> r.cpu = Cpu.NONE.with(c -> c.cpus = "1,,2")))
        .containsExactly("linux.resources.cpu.cpus");
    assertThat(resources(r -> r.pids = new Pids(-5L)))
        .containsExactly("linux.resources.pids.limit");
    assertThat(resources(r -> r.hugepageLimits = List.of(new HugepageLimit("2 MB", 1))))
        .containsExactly("linux.resources.hugepageLimits[0].pageSize");
    assertThat(resources(r -> r.rdma = Map.of("x", new Rdma(null, null))))
        .containsExactly("linux.resources.rdma[\"x\"]");
    assertThat(resources(r -> r.unified = Map.of("../cgroup.procs", "1")))
        .containsExactly("linux.resources.unified[\"../cgroup.procs\"]");
    WeightDevice none = new WeightDevice(8, 0, null, null);
    BlockIo io = new BlockIo(5, null, List.of(none), List.of(), List.of(), List.of(), List.of());
    assertThat(resources(r -> r.blockIo = io))
        .containsExactly(
            "linux.resources.blockIO.weight", "linux.resources.blockIO.weightDevice[0]");
  }

  @Test
  void shouldCheckTheFilter() {
    SeccompSyscall rule = new SeccompSyscall(List.of("write"), SeccompAction.NOTIFY, 1, List.of());
    SeccompSyscall nameless = new SeccompSyscall(List.of(), SeccompAction.ERRNO, 1, List.of());
    Seccomp filter =
        new Seccomp(
            SeccompAction.ALLOW, 5, List.of(), List.of(), null, "opaque", List.of(rule, nameless));
    assertThat(linux(l -> l.seccomp = filter))
        .containsExactly(
            "linux.seccomp.defaultErrnoRet",
            "linux.seccomp.syscalls[0].errnoRet",
            "linux.seccomp.syscalls[0].names",
            "linux.seccomp.syscalls[1].names",
            "linux.seccomp.listenerPath",
            "linux.seccomp.listenerMetadata");
  }

  @Test
  void shouldCheckWhereTheContainerStands() {
    assertThat(linux(l -> l.cgroupsPath = "/a/../../b")).containsExactly("linux.cgroupsPath");
    assertThat(linux(l -> l.cgroupsPath = "system.slice:lighter:web")).isEmpty();
    assertThat(linux(l -> l.intelRdt = new IntelRdt("..", List.of("a\nb"), null, "L3:", false)))
        .containsExactly(
            "linux.intelRdt.closID", "linux.intelRdt.memBwSchema", "linux.intelRdt.schemata[0]");
    assertThat(
            linux(
                l ->
                    l.memoryPolicy = new MemoryPolicy(MemoryPolicyMode.MPOL_BIND, null, List.of())))
        .containsExactly("linux.memoryPolicy.nodes");
    assertThat(linux(l -> l.personality = new Personality(PersonalityDomain.LINUX, List.of("X"))))
        .containsExactly("linux.personality.flags");
    Device device = new Device("dev/x", DeviceType.CHAR, 1, 3, null, null, null);
    assertThat(linux(l -> l.devices = List.of(device, device)))
        .containsExactly("linux.devices[0].path", "linux.devices[1].path", "linux.devices[1].path");
  }

  private static List<String> scheduler(
      SchedulerPolicy policy, int priority, long runtime, long deadline) {
    return process(
        p -> p.scheduler = new Scheduler(policy, 0, priority, List.of(), runtime, deadline, 0));
  }

  private static List<String> process(Consumer<Process.Draft> change) {
    return paths(Specs.ordinary().with(s -> s.process = Present.of(s.process).with(change)));
  }

  private static List<String> linux(Consumer<LinuxConfig.Draft> change) {
    return paths(Specs.ordinary().with(s -> s.linux = Present.of(s.linux).with(change)));
  }

  private static List<String> resources(Consumer<Resources.Draft> change) {
    return linux(l -> l.resources = Resources.NONE.with(change));
  }

  private static List<String> mount(Mount mount) {
    return paths(Specs.ordinary().with(s -> s.mounts = List.of(mount)));
  }

  private static List<String> paths(Spec spec) {
    return SpecValidation.problems(spec).stream().map(Problem::path).toList();
  }
}
