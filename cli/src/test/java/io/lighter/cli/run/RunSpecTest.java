package io.lighter.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.Environment;
import io.lighter.cli.options.RunOptions;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Cpu;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Device;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.DeviceRuleType;
import io.lighter.runtime.spec.DeviceType;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Memory;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Pids;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Rlimit;
import io.lighter.runtime.spec.RlimitType;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecValidation;
import io.lighter.runtime.spec.SpecWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunSpecTest {
  private static final String ID = "0123456789abcdef0123";
  private static final Host HOST =
      new Host("box", EnumSet.complementOf(EnumSet.of(Capability.CAP_SYS_RESOURCE)), 2, null);
  private static final Host WITHOUT_RULES =
      new Host("box", EnumSet.allOf(Capability.class), 2, "there is no BPF");
  private static final Seccomp FILTER =
      new Seccomp(SeccompAction.ALLOW, null, List.of(), List.of(), null, null, List.of());
  private static final GrantedDevice DISK =
      new GrantedDevice(new Device("/dev/x", DeviceType.BLOCK, 8, 1, 0660, 0L, 6L), "r", "/dev/x");

  @Test
  void shouldBeDockersDefaultContainerWhenNothingIsAsked() {
    Spec spec = spec("host true");
    Spec expected =
        DefaultContainer.of(new Root("/lower", false), List.of("true"), FILTER)
            .with(s -> s.hostname = "0123456789ab");

    assertThat(spec.mounts()).isEqualTo(expected.mounts());
    assertThat(spec.root()).isEqualTo(expected.root());
    assertThat(spec.hostname()).isEqualTo(expected.hostname());
    assertThat(linux(spec))
        .isEqualTo(
            expected
                .linuxOrEmpty()
                .with(l -> l.resources = resources(DefaultContainer.DEVICE_RULES)));
    assertThat(process(spec))
        .isEqualTo(
            Objects.requireNonNull(expected.process())
                .with(p -> p.env = List.of(DefaultContainer.PATH, "HOSTNAME=0123456789ab")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host",
        "-it -e A=b -w /x -h name -u 5:6 --rm --name web --read-only host sh",
        "--privileged host sh",
        "--privileged --read-only host sh",
        "--network host --pid host --ipc host --uts host --cgroupns host host sh",
        "-m 64m --cpus 1 --pids-limit 5 --cpuset-cpus 0 -c 5 --ulimit nofile=5 host sh",
        "-v /a:/b:ro --mount type=bind,source=/a,target=/c --tmpfs /run:size=1m host sh",
        "--cap-add ALL --security-opt systempaths=unconfined --oom-score-adj 5 host sh",
        "--sysctl net.core.somaxconn=5 --annotation a=b --cgroup-parent /x --ipc none host sh",
        "--rootfs /r --shm-size 1m --domainname d --security-opt no-new-privileges sh"
      })
  void shouldAlwaysBeAValidSpecification(String line) {
    Spec spec = spec(line);

    SpecValidation.check(spec);
    assertThat(SpecWriter.toJson(spec)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "host; HOSTNAME=0123456789ab",
        "-t host; HOSTNAME=0123456789ab TERM=xterm",
        "-t -e TERM=vt100 host; HOSTNAME=0123456789ab TERM=vt100",
        "-t -e TERM -e GONE host; HOSTNAME=0123456789ab",
        "-h name -e A=1 -e B=2 -e A=3 host; HOSTNAME=name A=3 B=2",
        "-e HOSTNAME=x host; HOSTNAME=x",
        "-e FOO host; HOSTNAME=0123456789ab FOO=own",
        "--network host host; HOSTNAME=box",
        "--network host -h name host; HOSTNAME=name",
        "--uts host host; HOSTNAME=box",
      })
  void shouldPutTheEnvironmentTogether(String line, String settings) {
    List<String> expected = new ArrayList<>(List.of(DefaultContainer.PATH));
    expected.addAll(List.of(settings.split(" ", -1)));

    assertThat(process(spec(line)).env()).containsExactlyElementsOf(expected);
  }

  @Test
  void shouldTakeAwayAVariableThatIsNotSet() {
    assertThat(process(spec("-e PATH host")).env()).containsExactly("HOSTNAME=0123456789ab");
  }

  @ParameterizedTest
  @CsvSource({
    "host, 0123456789ab,",
    "-h a.b host, a.b,",
    "-h a --domainname d.e host, a.d.e, d.e",
    "--network host host, box,",
    "--uts host host,,"
  })
  void shouldNameTheContainer(String line, String hostname, String domainname) {
    Spec spec = spec(line);

    assertThat(spec.hostname()).isEqualTo(hostname);
    assertThat(spec.domainname()).isEqualTo(domainname);
  }

  @ParameterizedTest
  @CsvSource({
    "--network host host, NETWORK",
    "--pid host host, PID",
    "--ipc host host, IPC",
    "--uts host host, UTS",
    "--cgroupns host host, CGROUP"
  })
  void shouldShareANamespace(String line, NamespaceType shared) {
    List<Namespace> namespaces = linux(spec(line)).namespaces();

    assertThat(namespaces).hasSize(DefaultContainer.NAMESPACES.size() - 1);
    assertThat(namespaces).doesNotContain(new Namespace(shared));
  }

  @Test
  void shouldKeepSysReadOnlyOnTheHostsNetwork() {
    assertThat(mount(spec("--network host host"), "/sys").options()).contains("ro");
  }

  @ParameterizedTest
  @CsvSource({
    "-m 64m host, 67108864, , 134217728",
    "-m 64m --memory-swap -1 host, 67108864, , -1",
    "-m 64m --memory-reservation 32m host, 67108864, 33554432, 134217728"
  })
  void shouldLimitMemory(String line, Long limit, Long reservation, Long swap) {
    Memory memory =
        Memory.NONE.with(
            m -> {
              m.limit = limit;
              m.reservation = reservation;
              m.swap = swap;
            });

    assertThat(resources(line).memory()).isEqualTo(memory);
    assertThat(resources(line).cpu()).isNull();
    assertThat(resources(line).pids()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "--cpus 1.5 host, , 150000, 100000",
    "--cpus 0.01 host, , 1000, 100000",
    "--cpus 2 -c 5 host, 5, 200000, 100000",
    "--cpu-quota 5000 host, , 5000,",
    "--cpu-period 5000 host, , , 5000",
    "--cpu-quota -1 host, , -1,"
  })
  void shouldShareProcessors(String line, Long shares, Long quota, Long period) {
    Cpu cpu =
        Cpu.NONE.with(
            c -> {
              c.shares = shares;
              c.quota = quota;
              c.period = period;
            });

    assertThat(resources(line).cpu()).isEqualTo(cpu);
  }

  @Test
  void shouldSetTheOtherLimits() {
    Spec spec =
        spec(
            "--cpuset-cpus 0,1 --cpuset-mems 0 --pids-limit 7 --oom-score-adj -5 --ulimit core=0"
                + " host");
    Resources resources = Objects.requireNonNull(linux(spec).resources());
    Cpu cpu = Objects.requireNonNull(resources.cpu());

    assertThat(cpu.cpus()).isEqualTo("0,1");
    assertThat(cpu.mems()).isEqualTo("0");
    assertThat(resources.pids()).isEqualTo(new Pids(7L));
    assertThat(process(spec).oomScoreAdj()).isEqualTo(-5);
    assertThat(process(spec).rlimits()).containsExactly(new Rlimit(RlimitType.RLIMIT_CORE, 0, 0));
  }

  @Test
  void shouldAskForNoControllerWhenNothingIsLimited() {
    assertThat(linux(spec("--pids-limit -1 host", WITHOUT_RULES)).resources()).isNull();
  }

  @Test
  void shouldRefuseMoreProcessorsThanThereAre() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> spec("--cpus 2.1 host"))
        .withMessageContaining("only 2 CPUs available");
  }

  @Test
  void shouldReplaceDefaultMountsAndPutInnerOnesLast() {
    Spec spec = spec("-v /a:/b/c/d -v /a:/b --tmpfs /b/c -v /shm:/dev/shm --tmpfs /x host");
    List<String> targets = new ArrayList<>();
    for (Mount mount : spec.mounts()) {
      targets.add(mount.destination());
    }

    assertThat(targets)
        .containsExactly(
            "/proc",
            "/dev",
            "/dev/pts",
            "/sys",
            "/sys/fs/cgroup",
            "/dev/mqueue",
            "/b",
            "/x",
            "/dev/shm",
            "/b/c",
            "/b/c/d");
    assertThat(mount(spec, "/dev/shm").source()).isEqualTo("/shm");
  }

  @Test
  void shouldLeaveNothingOfDevWhenDevIsBound() {
    assertThat(spec("-v /dev:/dev host").mounts())
        .filteredOn(mount -> mount.destination().startsWith("/dev"))
        .containsExactly(new Mount("/dev", "bind", "/dev", List.of("rbind", "rprivate")));
  }

  @Test
  void shouldSizeOrDropSharedMemory() {
    assertThat(mount(spec("--shm-size 1m host"), "/dev/shm").options())
        .contains("size=1048576")
        .doesNotContain("size=65536k");
    assertThat(spec("--ipc none host").mounts())
        .noneMatch(mount -> mount.destination().equals("/dev/shm"));
    assertThat(mount(spec("--ipc host host"), "/dev/shm").isBind()).isTrue();
    assertThat(mount(spec("--ipc host host"), "/dev/mqueue").isBind()).isTrue();
  }

  @Test
  void shouldMakeTheRootReadOnly() {
    Spec spec = spec("--read-only host");

    assertThat(Objects.requireNonNull(spec.root()).readonly()).isTrue();
    assertThat(mount(spec, "/dev/shm").options()).doesNotContain("ro");
    assertThat(mount(spec("--read-only --privileged host"), "/sys").options())
        .contains("ro")
        .doesNotContain("rw");
    assertThat(mount(spec("--privileged host"), "/sys").options()).contains("rw");
  }

  @Test
  void shouldLiftTheConfinement() {
    Spec spec = spec("--privileged host");

    assertThat(process(spec).capabilities()).isEqualTo(Capabilities.of(HOST.capabilities()));
    assertThat(linux(spec).maskedPaths()).isEmpty();
    assertThat(linux(spec).readonlyPaths()).isEmpty();
    assertThat(Objects.requireNonNull(linux(spec).resources()).devices())
        .containsExactly(new DeviceRule(true, DeviceRuleType.ALL, null, null, "rwm"));
  }

  @Test
  void shouldShowSystemPathsWhenAsked() {
    LinuxConfig linux = linux(spec("--security-opt systempaths=unconfined host"));

    assertThat(linux.maskedPaths()).isEmpty();
    assertThat(linux.readonlyPaths()).isEmpty();
    assertThat(linux.seccomp()).isEqualTo(FILTER);
  }

  @Test
  void shouldGiveOnlyCapabilitiesThatTheHostHas() {
    assertThat(capabilities("--cap-add ALL host", HOST)).isEqualTo(HOST.capabilities());
    assertThat(capabilities("--cap-drop ALL host", HOST)).isEmpty();
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> spec("--cap-add SYS_RESOURCE host"))
        .withMessageContaining("CAP_SYS_RESOURCE cannot be given");
  }

  @Test
  void shouldWithholdMknodWhereDevicesAreOpen() {
    assertThat(capabilities("host", WITHOUT_RULES)).doesNotContain(Capability.CAP_MKNOD);
    assertThat(capabilities("host", HOST)).contains(Capability.CAP_MKNOD);
    assertThat(capabilities("--cap-add MKNOD host", WITHOUT_RULES)).contains(Capability.CAP_MKNOD);
  }

  @Test
  void shouldAddDevicesWithTheirRules() {
    RunOptions options = options("--device /dev/x:r host");
    LinuxConfig linux = linux(RunSpec.of(options, HOST, ID, "/", List.of(DISK), null));

    assertThat(linux.devices()).containsExactly(DISK.device());
    assertThat(Objects.requireNonNull(linux.resources()).devices())
        .hasSize(DefaultContainer.DEVICE_RULES.size() + 1)
        .endsWith(new DeviceRule(true, DeviceRuleType.BLOCK, 8L, 1L, "r"));
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> RunSpec.of(options, WITHOUT_RULES, ID, "/", List.of(DISK), null))
        .withMessageContaining("access 'r' to /dev/x is not supported on this host")
        .withMessageContaining("there is no BPF");
  }

  @Test
  void shouldAddRulesThatAreAskedForBehindThoseOfDevices() {
    RunOptions options = read("--device", "/dev/x:r", "--device-cgroup-rule", "b *:3 m", "host");
    LinuxConfig linux = linux(RunSpec.of(options, HOST, ID, "/", List.of(DISK), null));

    assertThat(Objects.requireNonNull(linux.resources()).devices())
        .endsWith(
            new DeviceRule(true, DeviceRuleType.BLOCK, 8L, 1L, "r"),
            new DeviceRule(true, DeviceRuleType.BLOCK, null, 3L, "m"));
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> RunSpec.of(options, WITHOUT_RULES, ID, "/", List.of(), null))
        .withMessage("--device-cgroup-rule is not supported on this host: there is no BPF");
  }

  @Test
  void shouldWarnWhereDevicesAreNotGuarded() {
    assertThat(RunDevices.warning(options("host").security(), HOST)).isNull();
    assertThat(RunDevices.warning(options("--privileged host").security(), WITHOUT_RULES)).isNull();
    assertThat(RunDevices.warning(options("host").security(), WITHOUT_RULES))
        .contains("because there is no BPF; so the container gets no CAP_MKNOD");
    assertThat(RunDevices.warning(options("--cap-add MKNOD host").security(), WITHOUT_RULES))
        .contains("can reach every device");
  }

  @Test
  void shouldCarryTheRestOver() {
    Spec spec =
        spec(
            "-t -w /x/../y --security-opt no-new-privileges --sysctl net.x=1 --annotation k=v"
                + " --cgroup-parent /p host sh -c true");

    assertThat(process(spec).terminal()).isTrue();
    assertThat(process(spec).cwd()).isEqualTo("/y");
    assertThat(process(spec).args()).containsExactly("sh", "-c", "true");
    assertThat(process(spec).noNewPrivileges()).isTrue();
    assertThat(linux(spec).sysctl()).isEqualTo(Map.of("net.x", "1"));
    assertThat(linux(spec).cgroupsPath()).isEqualTo("/p/" + ID);
    assertThat(spec.annotations()).isEqualTo(Map.of("k", "v"));
  }

  private static RunOptions options(String line) {
    return read(line.split(" ", -1));
  }

  private static RunOptions read(String... arguments) {
    return RunOptions.read(
        Flags.parse(arguments), Path.of("/srv"), new Environment(Map.of("FOO", "own")));
  }

  private static Spec spec(String line) {
    return spec(line, HOST);
  }

  private static Spec spec(String line, Host host) {
    return RunSpec.of(options(line), host, ID, "/lower", List.of(), FILTER);
  }

  private static Resources resources(String line) {
    return Objects.requireNonNull(linux(spec(line)).resources());
  }

  private static Resources resources(List<DeviceRule> rules) {
    return Resources.NONE.with(r -> r.devices = rules);
  }

  private static Set<Capability> capabilities(String line, Host host) {
    return Objects.requireNonNull(process(spec(line, host)).capabilities()).bounding();
  }

  private static Process process(Spec spec) {
    return Objects.requireNonNull(spec.process());
  }

  private static LinuxConfig linux(Spec spec) {
    return Objects.requireNonNull(spec.linux());
  }

  private static Mount mount(Spec spec, String target) {
    for (Mount mount : spec.mounts()) {
      if (mount.destination().equals(target)) {
        return mount;
      }
    }
    throw new AssertionError("no mount at " + target + " in " + spec.mounts());
  }
}
