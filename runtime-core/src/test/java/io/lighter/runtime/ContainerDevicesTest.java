package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.MissingCalls;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCalls;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Device;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.DeviceRuleType;
import io.lighter.runtime.spec.DeviceType;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What containers may do with devices, by the kernel's own verdict. */
@RequiresRoot
@LeavesNothing(cgroups = "/lighter/")
class ContainerDevicesTest {
  private static final List<DeviceRule> DOCKERS = DefaultContainer.DEVICE_RULES;

  private final Linux linux = Linux.kernel();
  private Path folder = Path.of("");

  /** On a tmpfs, which can hold device nodes and be an upper, in the test kernel too. */
  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory(Path.of("/dev/shm"), "lighter-devices");
  }

  @AfterEach
  void removeFolder() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static Spec shell(List<DeviceRule> rules, String script) {
    Spec spec = DefaultContainer.of(new Root("/", false), List.of("sh", "-c", script), null);
    return spec.with(
        s ->
            s.linux =
                spec.linuxOrEmpty()
                    .with(l -> l.resources = Resources.NONE.with(r -> r.devices = rules)));
  }

  private static List<DeviceRule> and(List<DeviceRule> rules, DeviceRule rule) {
    List<DeviceRule> more = new ArrayList<>(rules);
    more.add(rule);
    return more;
  }

  private ContainerRuntime open() {
    return ContainerRuntime.open(RuntimeConfig.of(folder.resolve("state")));
  }

  private String run(Spec spec) throws IOException {
    try (ContainerRuntime runtime = open();
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepare(spec, root)) {
      return run(prepared);
    }
  }

  private String run(PreparedContainer prepared) throws IOException {
    Path out = folder.resolve("out");
    int flags = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_TRUNC | Fcntl.O_APPEND;
    try (Fd output = linux.files().openat(Fd.WORKING_FOLDER, out.toString(), flags, 0600);
        Stdio nothing = Stdio.discard();
        Container container = prepared.start(new Stdio(nothing.stdin(), output, output))) {
      container.waitFor();
      return Files.readString(out);
    } finally {
      Files.deleteIfExists(out);
    }
  }

  @Test
  void shouldLetDockersDevicesPassAndNoOther() throws IOException {
    String output =
        run(
            shell(
                DOCKERS,
                """
                for d in null zero full random urandom; do true < /dev/$d && echo read $d; done
                echo x > /dev/null && echo written
                exec 3<> /dev/ptmx && echo terminal
                mknod /tmp/mem c 1 1 && echo made
                mknod /tmp/disk b 259 0 && echo made
                true < /tmp/mem
                true < /tmp/disk
                exec 4<> /dev/tty
                """));

    assertThat(output)
        .startsWith(
            """
            read null
            read zero
            read full
            read random
            read urandom
            written
            terminal
            made
            made
            """)
        .contains("cannot open /tmp/mem: Operation not permitted")
        .contains("cannot open /tmp/disk: Operation not permitted")
        .contains("cannot create /dev/tty: No such device or address");
  }

  @Test
  void shouldJudgeReadingAndWritingEachByItself() throws IOException {
    // No driver has this number (admin-guide/devices.txt): a request that passes fails with ENXIO.
    List<DeviceRule> rules =
        and(DOCKERS, new DeviceRule(true, DeviceRuleType.BLOCK, 120L, 7L, "r"));

    assertThat(
            run(
                shell(
                    rules,
                    """
                    mknod /tmp/lighter-b b 120 7
                    true < /tmp/lighter-b
                    true > /tmp/lighter-b
                    mknod /tmp/lighter-c b 120 8
                    true < /tmp/lighter-c
                    """)))
        .contains("cannot open /tmp/lighter-b: No such device or address")
        .contains("cannot create /tmp/lighter-b: Operation not permitted")
        .contains("cannot open /tmp/lighter-c: Operation not permitted");
  }

  @Test
  void shouldMakeTheNodesOfTheSpecificationAndAskTheRulesForTheirUse() throws IOException {
    Spec spec = shell(DOCKERS, "true < /dev/mine && echo read; true < /dev/kmem2");
    Spec withNodes =
        spec.with(
            s ->
                s.linux =
                    spec.linuxOrEmpty()
                        .with(
                            l ->
                                l.devices =
                                    List.of(
                                        new Device(
                                            "/dev/mine", DeviceType.CHAR, 1, 5, null, null, null),
                                        new Device(
                                            "/dev/kmem2",
                                            DeviceType.CHAR,
                                            1,
                                            1,
                                            null,
                                            null,
                                            null))));

    assertThat(run(withNodes))
        .startsWith("read\n")
        .contains("cannot open /dev/kmem2: Operation not permitted");
  }

  @Test
  void shouldGiveATerminal() {
    Spec spec = shell(DOCKERS, "exec 4<> /dev/tty && exec 5<> /dev/console && exit 6");
    Spec onTerminal =
        spec.with(s -> s.process = Objects.requireNonNull(s.process).with(p -> p.terminal = true));
    try (ContainerRuntime runtime = open();
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepare(onTerminal, root);
        Container container = prepared.start(new WindowSize(24, 80, 0, 0))) {
      assertThat(container.waitFor().code()).isEqualTo(6);
    }
  }

  @Test
  void shouldAllowAllWhereTheRulesDo() throws IOException {
    DeviceRule all = new DeviceRule(true, DeviceRuleType.ALL, null, null, "rwm");

    assertThat(run(shell(List.of(all), "mknod /tmp/lighter-b b 120 7; true <> /tmp/lighter-b")))
        .endsWith("/tmp/lighter-b: No such device or address\n");
  }

  @Test
  void shouldGuardEachCgroupByOneProgramAndLeaveOthersAlone() {
    try (ContainerRuntime runtime = open();
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer guarded = runtime.prepare(shell(DOCKERS, "sleep 60"), root);
        PreparedContainer same = runtime.prepare(shell(DOCKERS, "sleep 61"), root);
        PreparedContainer free = runtime.prepare(shell(List.of(), "sleep 60"), root);
        Stdio stdio = Stdio.discard();
        Container first = guarded.start(stdio);
        Container second = same.start(stdio);
        Container third = free.start(stdio)) {
      assertThat(attached(first)).hasSize(1).isEqualTo(attached(second));
      assertThat(attached(third)).isEmpty();
    }
  }

  @Test
  void shouldStayGuardedWhenNothingMoreIsToBeStarted() {
    try (ContainerRuntime runtime = open();
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        Container container = startOnce(runtime, root)) {
      assertThat(attached(container)).as("without a descriptor of ours").hasSize(1);
    }
  }

  private static Container startOnce(ContainerRuntime runtime, RootFileSystem root) {
    try (PreparedContainer prepared = runtime.prepare(shell(DOCKERS, "sleep 60"), root);
        Stdio stdio = Stdio.discard()) {
      return prepared.start(stdio);
    }
  }

  private int[] attached(Container container) {
    return linux.bpf().attached(container.cgroup().fd());
  }

  @Test
  void shouldRefuseNodesOfTheImageByTheFilterAndNotByTheMount() throws IOException {
    Path layer = Files.createDirectory(folder.resolve("layer"));
    for (String node : new String[] {"zero c 1 5", "mem c 1 1"}) {
      List<String> command = new ArrayList<>(List.of("mknod"));
      command.addAll(List.of((layer + "/" + node).split(" ", -1)));
      new ProcessBuilder(command).start().onExit().join();
    }
    Spec spec = shell(DOCKERS, "true < /zero && echo read; true < /mem");
    Spec without =
        spec.with(
            s ->
                s.process =
                    Objects.requireNonNull(s.process).with(p -> p.capabilities = withoutMknod()));
    try (ContainerRuntime runtime = open();
        RootFileSystem root = RootFileSystem.overlay(List.of(layer, Path.of("/")));
        PreparedContainer prepared = runtime.prepare(without, root)) {
      assertThat(run(prepared))
          .startsWith("read\n")
          .contains("cannot open /mem: Operation not permitted");
    }
  }

  private static Capabilities withoutMknod() {
    EnumSet<Capability> left = EnumSet.copyOf(DefaultContainer.CAPABILITIES);
    left.remove(Capability.CAP_MKNOD);
    return Capabilities.of(left);
  }

  @Test
  void shouldExplainTheFilter() {
    try (ContainerRuntime runtime = open();
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepare(shell(DOCKERS, "true"), root)) {
      assertThat(prepared.explain())
          .contains("execve(")
          .contains("\ndevice filter of the cgroup\n   0  r2 = *(u32 *)(r1 +0)\n");
    }
  }

  /** The kernel, with a cgroup above that holds a program which lets no other beside it. */
  private static final class ExclusiveAbove implements SystemCalls {
    private static final int BPF_PROG_ATTACH = 8;
    private final SystemCalls kernel = Linux.kernel().calls();

    @Override
    public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
      return call == SystemCall.BPF && a0 == BPF_PROG_ATTACH
          ? -Errno.EPERM
          : kernel.call(call, a0, a1, a2, a3, a4, a5);
    }

    @Override
    public long callCritical(
        SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
      return kernel.callCritical(call, a0, a1, a2, a3, a4, a5);
    }

    @Override
    public MissingCalls missing() {
      return kernel.missing();
    }

    @Override
    public long launch(LaunchImage image) {
      return kernel.launch(image);
    }
  }

  @Test
  void shouldNotStartWhatCannotBeGuarded() {
    Linux exclusive = new Linux(new ExclusiveAbove());
    RuntimeConfig config = RuntimeConfig.of(folder.resolve("state"));
    try (ContainerRuntime runtime = new ContainerRuntime(exclusive, config);
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepare(shell(DOCKERS, "true"), root);
        Stdio stdio = Stdio.discard()) {
      assertThatThrownBy(() -> prepared.start(stdio))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("cannot attach the device filter to the cgroup /lighter/")
          .hasMessageContaining("a cgroup above it has a device program")
          .hasMessageContaining("EPERM");
    }
  }
}
