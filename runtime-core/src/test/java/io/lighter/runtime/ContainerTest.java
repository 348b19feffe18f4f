package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Hook;
import io.lighter.runtime.spec.Hooks;
import io.lighter.runtime.spec.IdMapping;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.UnsupportedSpecException;
import io.lighter.runtime.spec.User;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real containers over the machine's own root as the lowest layer. */
@RequiresRoot
@LeavesNothing(cgroups = "/lighter/")
class ContainerTest {
  @TempDir private Path folder;

  private record Outcome(int status, String output) {}

  private static Spec shell(String script) {
    return DefaultContainer.of(new Root("/", false), List.of("sh", "-c", script), null);
  }

  private ContainerRuntime open(int pool) {
    return ContainerRuntime.open(RuntimeConfig.of(folder.resolve("state")).withPool(pool));
  }

  private Outcome run(Spec spec) throws IOException {
    return run(spec, 0);
  }

  private Outcome run(Spec spec, int pool) throws IOException {
    try (ContainerRuntime runtime = open(pool);
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepare(spec, root)) {
      return runOnce(prepared);
    }
  }

  private Outcome runOnce(PreparedContainer prepared) throws IOException {
    Path out = folder.resolve("out");
    Linux linux = Linux.kernel();
    try (Fd nothing = linux.files().openat(Fd.WORKING_FOLDER, "/dev/null", Fcntl.O_RDWR, 0);
        Fd output =
            linux
                .files()
                .openat(
                    Fd.WORKING_FOLDER,
                    out.toString(),
                    Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_TRUNC | Fcntl.O_APPEND,
                    0600);
        Container container = prepared.start(new Stdio(nothing, output, output))) {
      int status = container.waitFor().shellStatus();
      return new Outcome(status, Files.readString(out));
    }
  }

  private static Spec with(Spec spec, UnaryOperator<io.lighter.runtime.spec.Process> change) {
    return spec.with(s -> s.process = change.apply(Objects.requireNonNull(spec.process())));
  }

  @Test
  void shouldBeTheFirstProcessOfItsOwnPidNamespace() throws IOException {
    Outcome outcome = run(shell("echo $$; ls -d /proc/[0-9]* | wc -l"));

    assertThat(outcome.status()).as(outcome.output()).isZero();
    assertThat(outcome.output().lines().findFirst()).hasValue("1");
  }

  /**
   * Its child waits at a gate, and so is launched by another thread, which may not end too early.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldStartInAUserNamespaceAndLeaveNoMeetingPlace(boolean dieWithStarter)
      throws IOException {
    Spec spec =
        with(
            shell("sleep 0.2; cat /proc/self/uid_map /proc/self/oom_score_adj"),
            p -> p.with(q -> q.oomScoreAdj = 345));
    List<IdMapping> ids = List.of(new IdMapping(0, 0, 65536));
    List<Namespace> namespaces = new ArrayList<>(spec.linuxOrEmpty().namespaces());
    namespaces.add(new Namespace(NamespaceType.USER));
    Spec mapped =
        spec.with(
            s ->
                s.linux =
                    spec.linuxOrEmpty()
                        .with(
                            l -> {
                              l.namespaces = namespaces;
                              l.uidMappings = ids;
                              l.gidMappings = ids;
                            }));
    String own = Files.readString(Path.of("/proc/self/oom_score_adj"));
    RuntimeConfig plain = RuntimeConfig.of(folder.resolve("state"));
    RuntimeConfig config = dieWithStarter ? plain.withDieWithStarter() : plain;
    try (ContainerRuntime runtime = ContainerRuntime.open(config);
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepare(mapped, root)) {
      Outcome outcome = runOnce(prepared);

      assertThat(outcome.status()).as(outcome.output()).isZero();
      assertThat(outcome.output().replaceAll(" +", " ")).startsWith(" 0 0 65536\n");
      assertThat(Path.of("/proc/self/oom_score_adj")).hasContent(own.strip());
      try (Stream<Path> files = Files.walk(folder.resolve("state"), 2)) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .noneMatch(name -> name.startsWith("start-"));
      }
    }
  }

  @Test
  void shouldRefuseWhatOnlyTheLifeCycleDoes() {
    Hook hook = new Hook("/bin/true", List.of(), List.of(), null);
    Spec hooked =
        shell("true")
            .with(
                s ->
                    s.hooks =
                        new Hooks(
                            List.of(), List.of(), List.of(), List.of(), List.of(hook), List.of()));
    Spec placed =
        shell("true")
            .with(
                s ->
                    s.linux =
                        shell("true").linuxOrEmpty().with(l -> l.cgroupsPath = "/elsewhere/x"));
    assertThatThrownBy(() -> run(hooked))
        .isInstanceOf(UnsupportedSpecException.class)
        .hasMessageContaining("hooks");
    assertThatThrownBy(() -> run(placed))
        .isInstanceOf(UnsupportedSpecException.class)
        .hasMessageContaining("linux.cgroupsPath");
  }

  @Test
  void shouldMountWhatTheSpecificationListsAndNothingOfTheHost() throws IOException {
    Outcome outcome = run(shell("cut -d' ' -f5 /proc/self/mountinfo | sort"));

    assertThat(outcome.output().lines())
        .contains("/", "/proc", "/dev", "/dev/pts", "/dev/mqueue", "/dev/shm", "/sys")
        .contains("/sys/fs/cgroup", "/proc/sys", "/proc/bus")
        .allMatch(
            path -> path.equals("/") || path.matches("/(proc|dev|sys)(/.*)?"),
            "ours, not the host's");
  }

  @Test
  void shouldGrantTheDefaultCapabilitiesAndNoMore() throws IOException {
    String all = String.format("%016x", Capability.mask(DefaultContainer.CAPABILITIES));

    Outcome outcome = run(shell("grep ^Cap /proc/self/status"));

    assertThat(outcome.output())
        .isEqualTo(
            """
            CapInh:\t0000000000000000
            CapPrm:\t%s
            CapEff:\t%s
            CapBnd:\t%s
            CapAmb:\t0000000000000000
            """
                .formatted(all, all, all));
  }

  @Test
  void shouldKeepTheHostsFilesUnchanged() throws IOException {
    Outcome outcome = run(shell("echo changed > /root/by-container && rm /etc/hostname; ls /root"));

    assertThat(outcome.output()).contains("by-container");
    assertThat(Path.of("/root/by-container")).doesNotExist();
    assertThat(Path.of("/etc/hostname")).exists();
  }

  @Test
  void shouldMaskAndProtectTheKernelsFiles() throws IOException {
    Outcome outcome =
        run(
            shell(
                "wc -c < /proc/keys; ls -A /sys/firmware; echo 1 > /proc/sys/vm/swappiness; mkdir"
                    + " /sys/fs/cgroup/x; touch /proc/interrupts; echo 0 > /proc/self/oom_score_adj"
                    + " && echo writable"));

    assertThat(outcome.output())
        .startsWith("0\n")
        .contains("swappiness: Read-only file system")
        .contains("cannot create directory '/sys/fs/cgroup/x': Read-only file system")
        .endsWith("writable\n");
  }

  @Test
  void shouldHaveTheDefaultDevices() throws IOException {
    Outcome outcome =
        run(
            shell(
                "head -c 4 /dev/zero | wc -c; echo x > /dev/null; head -c 2 /dev/urandom | wc -c;"
                    + " echo e >> /dev/stderr; readlink /dev/ptmx; stat -c %a /dev/null /dev/shm"));

    assertThat(outcome.output()).isEqualTo("4\n2\ne\npts/ptmx\n666\n1777\n");
  }

  @Test
  void shouldHaveOnlyALoopbackThatIsUp() throws IOException {
    String script = "cat /sys/class/net/lo/flags; ls /sys/class/net";

    assertThat(run(shell(script)).output()).isEqualTo("0x9\nlo\n");
    assertThat(run(shell(script), 2).output()).as("from a pool").isEqualTo("0x9\nlo\n");
  }

  @Test
  void shouldRunAsTheUserWithItsGroupsAndWorkingFolder() throws IOException {
    Spec spec =
        with(
            shell("id -u; id -g; id -G; pwd; umask; touch /x; grep CapEff /proc/self/status"),
            process ->
                process.with(
                    p -> {
                      p.user = new User(1000, 1001, 077, List.of(7L, 8L, 9L));
                      p.cwd = "/var/made/for/it";
                    }));

    assertThat(run(spec).output())
        .isEqualTo(
            """
            1000
            1001
            1001 7 8 9
            /var/made/for/it
            0077
            touch: cannot touch '/x': Permission denied
            CapEff:\t0000000000000000
            """);
  }

  @Test
  void shouldBindFoldersAndFiles() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("file"), "content");
    Spec spec =
        shell("cat /mnt/deep/in/it/file /srv/single; echo x > /mnt/deep/in/it/new; echo > /ro/x")
            .with(
                s -> {
                  List<Mount> mounts = new java.util.ArrayList<>(s.mounts);
                  mounts.add(
                      new Mount("/mnt/deep/in/it", "bind", data.toString(), List.of("rbind")));
                  mounts.add(
                      new Mount(
                          "/srv/single",
                          "bind",
                          data.resolve("file").toString(),
                          List.of("bind", "ro")));
                  mounts.add(new Mount("/ro", "bind", data.toString(), List.of("rbind", "ro")));
                  s.mounts = mounts;
                });

    Outcome outcome = run(spec);

    assertThat(outcome.output()).startsWith("contentcontent").contains("Read-only file system");
    assertThat(data.resolve("new")).hasContent("x");
  }

  @Test
  void shouldMakeTheRootReadOnly() throws IOException {
    Spec spec =
        shell("touch /x; touch /dev/shm/y && echo ok").with(s -> s.root = new Root("/", true));

    assertThat(run(spec).output()).contains("Read-only file system").endsWith("ok\n");
  }

  @Test
  void shouldSetHostNameAndLimits() throws IOException {
    Spec spec =
        with(
                shell("cat /proc/sys/kernel/hostname; ulimit -n; ulimit -Hn"),
                process ->
                    process.with(
                        p ->
                            p.rlimits =
                                List.of(
                                    new io.lighter.runtime.spec.Rlimit(
                                        io.lighter.runtime.spec.RlimitType.RLIMIT_NOFILE,
                                        1000,
                                        500))))
            .with(s -> s.hostname = "boat");

    assertThat(run(spec).output()).isEqualTo("boat\n500\n1000\n");
  }

  @Test
  void shouldGiveATerminalOfItsOwn() throws Exception {
    Spec spec =
        with(
            shell("tty; stty size; echo to-console > /dev/console; kill -WINCH $$; exit 3"),
            process -> process.with(p -> p.terminal = true));
    try (ContainerRuntime runtime = open(0);
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepare(spec, root);
        Container container = prepared.start(new WindowSize(33, 101))) {
      assertThat(container.waitFor().shellStatus()).isEqualTo(3);
      assertThat(TerminalOutput.of(Objects.requireNonNull(container.terminal())))
          .isEqualTo("/dev/pts/0\r\n33 101\r\nto-console\r\n");
    }
  }

  @Test
  void shouldSayThatACommandIsMissingOrCannotRun() throws IOException {
    assertStartFails("no-such-command", StartException.Kind.COMMAND_NOT_FOUND, "$PATH");
    assertStartFails("/no/such/command", StartException.Kind.COMMAND_NOT_FOUND, "no such file");
    assertStartFails("/etc/passwd", StartException.Kind.COMMAND_NOT_RUNNABLE, "permission denied");
    assertStartFails("/etc", StartException.Kind.COMMAND_NOT_RUNNABLE, "permission denied");
  }

  private void assertStartFails(String command, StartException.Kind kind, String why) {
    Spec spec = DefaultContainer.of(new Root("/", false), List.of(command), null);
    assertThatThrownBy(() -> run(spec))
        .isInstanceOfSatisfying(StartException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(command)
        .hasMessageContaining(why);
  }

  @Test
  void shouldTellStatusAndSignal() throws IOException {
    assertThat(run(shell("exit 7")).status()).isEqualTo(7);
    assertThat(run(shell("kill -9 $$; sleep 9")).status())
        .as("the first process of a pid namespace cannot kill itself")
        .isZero();
  }

  @Test
  void shouldKillEverythingWhenItIsClosed() throws IOException {
    Linux linux = Linux.kernel();
    try (ContainerRuntime runtime = open(0);
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepare(shell("sleep 600 & sleep 600"), root);
        Stdio stdio = Stdio.discard()) {
      Container container = prepared.start(stdio);
      assertThat(container.cgroup().populated()).isTrue();
      assertThat(linux.processes().reap(container.process())).isNull();
      container.close();
      assertThat(container.waitFor().signal()).isEqualTo(Signals.SIGKILL);
    }
  }

  @Test
  void shouldRefuseDevicesOfTheImageToContainersThatCannotMakeThem() throws IOException {
    Spec spec =
        with(
            shell("cat /probe"),
            process ->
                process.with(
                    p -> {
                      EnumSet<Capability> left = EnumSet.copyOf(DefaultContainer.CAPABILITIES);
                      left.remove(Capability.CAP_MKNOD);
                      p.capabilities = io.lighter.runtime.spec.Capabilities.of(left);
                    }));
    // Not on the disk of the host's root, which would then lie in its own lower layer.
    Path layer = Files.createTempDirectory(Path.of("/dev/shm"), "layer");
    new ProcessBuilder("mknod", layer.resolve("probe").toString(), "c", "1", "5")
        .start()
        .onExit()
        .join();
    try (ContainerRuntime runtime = open(0);
        RootFileSystem root = RootFileSystem.overlay(List.of(layer, Path.of("/")));
        PreparedContainer prepared = runtime.prepare(spec, root)) {
      assertThat(runOnce(prepared).output()).contains("/probe: Permission denied");
    } finally {
      Files.delete(layer.resolve("probe"));
      Files.delete(layer);
    }
  }
}
