package io.lighter.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.cgroups.Cgroup;
import io.lighter.linux.ExitStatus;
import io.lighter.linux.KernelVersion;
import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.linux.SystemCall;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.StartException;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.TerminalOutput;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Hook;
import io.lighter.runtime.spec.Hooks;
import io.lighter.runtime.spec.IdMapping;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers from their creation to their deletion, over a bundle of busybox. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
@Timeout(120)
class LifecycleTest {
  private final Linux linux = Linux.kernel();
  @TempDir private Path folder;
  private ContainerStore store;
  private BusyboxBundle files;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    store = ContainerStore.open(folder.resolve("store"));
    files =
        new BusyboxBundle(
            folder, "sh", "sleep", "true", "cat", "tty", "id", "echo", "kill", "stty");
    out = files.out();
  }

  private Bundle bundle(Consumer<Spec.Draft> change, String... command) throws IOException {
    return files.of(change, command);
  }

  private Bundle bundle(String... command) throws IOException {
    return bundle(spec -> {}, command);
  }

  private Stdio stdio() {
    return files.stdio();
  }

  private Created create(Bundle bundle) {
    try (Stdio stdio = stdio()) {
      return store.create("c", bundle, CreateOptions.of(stdio));
    }
  }

  private ExitStatus exec(StoredContainer container, String... command) {
    Process process = Process.of(List.of(command)).with(p -> p.env = List.of("PATH=/bin"));
    try (Stdio stdio = stdio();
        ExecProcess started = container.exec(ExecOptions.of(process, stdio))) {
      return linux.processes().waitFor(started.process());
    }
  }

  private void endAndDelete(Created created) {
    linux.processes().signal(created.process(), Signals.SIGKILL);
    linux.processes().waitFor(created.process());
    created.container().delete(false);
    assertThat(store.list()).isEmpty();
  }

  @Test
  void shouldLiveFromCreationToDeletion() throws Exception {
    try (Created created = create(bundle("sh", "-c", "echo started; exec sleep 600"))) {
      StoredContainer container = created.container();
      assertThat(container.state().status()).isEqualTo(Status.CREATED);
      assertThat(container.state().pid()).isEqualTo(created.process().pid());
      assertThat(out).isEmptyFile();
      assertThatThrownBy(() -> container.delete(false))
          .isInstanceOf(LifecycleException.class)
          .hasMessage("the container c is created and cannot be deleted");

      container.start();

      await().until(() -> Files.readString(out).equals("started\n"));
      assertThat(container.state().status()).isEqualTo(Status.RUNNING);
      assertThat(store.get("c").pids()).containsExactly(created.process().pid());
      assertThatThrownBy(container::start).hasMessageContaining("is running and cannot be started");

      container.pause();
      assertThat(container.state().status()).isEqualTo(Status.PAUSED);
      container.resume();
      assertThat(container.state().status()).isEqualTo(Status.RUNNING);

      container.kill(Signals.SIGKILL, false);
      assertThat(linux.processes().waitFor(created.process()).shellStatus()).isEqualTo(137);
      assertThat(container.state().status()).isEqualTo(Status.STOPPED);
      assertThatThrownBy(() -> container.kill(Signals.SIGTERM, false))
          .hasMessageContaining("is stopped");
      container.delete(false);
      assertThat(store.list()).isEmpty();
      assertThatThrownBy(() -> store.get("c")).hasMessageContaining("there is no container c");
    }
  }

  @Test
  void shouldRunFurtherProcesses() throws Exception {
    try (Created created = create(bundle("sleep", "600"))) {
      created.container().start();

      assertThat(
              exec(created.container(), "sh", "-c", "echo $$; cat /proc/1/cmdline; exit 9").code())
          .isEqualTo(9);

      assertThat(Files.readString(out).split("\n", -1)[1]).isEqualTo("sleep\u0000600\u0000");
      assertThatThrownBy(() -> exec(created.container(), "no-such-command"))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("executable file not found in $PATH");
      endAndDelete(created);
    }
  }

  @Test
  void shouldWriteDownWhichLimitsHold() throws Exception {
    try (Created created = create(bundle("sleep", "600"))) {
      StoredContainer container = created.container();
      container.start();

      List<CompletableFuture<Void>> updates = new ArrayList<>();
      for (String file : List.of("depth", "descendants")) {
        for (int i = 10; i < 15; i++) {
          Map<String, String> value = Map.of("cgroup.max." + file, Integer.toString(i));
          Resources change = Resources.NONE.with(r -> r.unified = value);
          updates.add(CompletableFuture.runAsync(() -> container.update(change)));
        }
      }
      updates.forEach(CompletableFuture::join);

      Resources stored = Objects.requireNonNull(container.spec().linuxOrEmpty().resources());
      try (Cgroup cgroup = Objects.requireNonNull(container.cgroup())) {
        for (String file : List.of("cgroup.max.depth", "cgroup.max.descendants")) {
          assertThat(Objects.requireNonNull(cgroup.read(file)).strip())
              .isEqualTo(stored.unified().get(file));
        }
      }
      endAndDelete(created);
    }
  }

  @Test
  void shouldGiveFurtherProcessesATerminalOfTheContainer() throws Exception {
    try (Created created = create(bundle("sleep", "600"))) {
      created.container().start();
      Process process =
          Process.of(List.of("sh", "-c", "tty; stty size"))
              .with(
                  p -> {
                    p.env = List.of("PATH=/bin");
                    p.terminal = true;
                  });
      try (ExecProcess started =
          created.container().exec(ExecOptions.of(process, new WindowSize(30, 99)))) {
        linux.processes().waitFor(started.process());
        assertThat(TerminalOutput.of(Objects.requireNonNull(started.terminal())))
            .isEqualTo("/dev/pts/0\r\n30 99\r\n");
      }
      endAndDelete(created);
    }
  }

  @Test
  void shouldTellAtTheCreationThatTheCommandIsMissing() throws Exception {
    Bundle bundle = bundle("no-such-command");

    assertThatThrownBy(() -> create(bundle))
        .isInstanceOfSatisfying(
            StartException.class,
            e -> assertThat(e.kind()).isEqualTo(StartException.Kind.COMMAND_NOT_FOUND));
    assertThat(store.list()).isEmpty();
  }

  @Test
  void shouldTellAtTheStartThatTheCommandCannotBeExecuted() throws Exception {
    Path script = files.rootfs().resolve("bin/broken");
    Files.writeString(script, "#!/no/such/interpreter\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (Created created = create(bundle("broken"))) {
      assertThatThrownBy(() -> created.container().start())
          .isInstanceOf(StartException.class)
          .hasMessageContaining("broken");
      linux.processes().waitFor(created.process());
      created.container().delete(false);
    }
  }

  @Test
  void shouldDeleteByForceWhateverRuns() throws Exception {
    try (Created created = create(bundle("sleep", "600"))) {
      created.container().delete(true);
      linux.processes().waitFor(created.process());
    }
    try (Created created = create(bundle("sh", "-c", "sleep 600 & sleep 600"))) {
      created.container().start();
      created.container().delete(true);
      linux.processes().waitFor(created.process());
    }
    assertThat(store.list()).isEmpty();
  }

  @Test
  void shouldRefuseASecondContainerOfTheSameName() throws Exception {
    Bundle bundle = bundle("sleep", "600");
    try (Created created = create(bundle)) {
      assertThatThrownBy(() -> create(bundle)).hasMessageContaining("a container c already");
      assertThatThrownBy(() -> store.get("../c")).hasMessageContaining("is not the id");
      endAndDelete(created);
    }
  }

  @Test
  void shouldRunTheHooksInTheirOrderAndPlaces() throws Exception {
    Path log = Files.createFile(folder.resolve("log"));
    Hooks hooks =
        new Hooks(
            List.of(hook("prestart", log)),
            List.of(hook("createRuntime", log)),
            List.of(hook("createContainer", log)),
            List.of(
                new Hook(
                    "/bin/sh",
                    List.of("sh", "-c", "echo startContainer; echo $$ >&2; cat > /tmp/state"),
                    List.of("PATH=/bin"),
                    10)),
            List.of(hook("poststart", log)),
            List.of(hook("poststop", log)));
    try (Created created = create(bundle(s -> s.hooks = hooks, "sleep", "600"))) {
      assertThat(Files.readAllLines(log))
          .containsExactly(
              "prestart creating host",
              "createRuntime creating host",
              "createContainer creating own");
      created.container().start();
      assertThat(files.rootfs().resolve("tmp/state"))
          .content()
          .contains("\"status\":\"created\"", "\"id\":\"c\"");
      endAndDelete(created);
    }
    assertThat(Files.readAllLines(log)).endsWith("poststart running host", "poststop stopped host");
  }

  private Hook hook(String name, Path log) throws IOException {
    String host = Files.readSymbolicLink(Path.of("/proc/self/ns/uts")).toString();
    String script =
        "status=$(sed 's/.*\"status\":\"\\([a-z]*\\)\".*/\\1/');"
            + "[ \"$(readlink /proc/self/ns/uts)\" = '"
            + host
            + "' ] && where=host || where=own;"
            + "echo "
            + name
            + " $status $where >> "
            + log;
    return new Hook("/bin/sh", List.of("sh", "-c", script), List.of("PATH=/usr/bin:/bin"), 10);
  }

  /** A zombie does not: not every init reaps what it is given. */
  private static boolean runs(String pid) {
    try {
      return !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void shouldNotMakeAContainerWhoseHookFails() throws Exception {
    Hook failing =
        new Hook("/bin/sh", List.of("sh", "-c", "echo why >&2; exit 3"), List.of(), null);
    Path child = folder.resolve("child");
    String endlessly = "sleep 600 & echo $! > " + child + "; wait";
    Hook endless = new Hook("/bin/sh", List.of("sh", "-c", endlessly), List.of("PATH=/bin"), 1);
    for (Hook hook : List.of(failing, endless)) {
      Hooks hooks = new Hooks(List.of(), List.of(hook), List.of(), List.of(), List.of(), List.of());
      Bundle bundle = bundle(s -> s.hooks = hooks, "sleep", "600");

      assertThatThrownBy(() -> create(bundle))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("hooks.createRuntime[0] (/bin/sh)")
          .hasMessageMatching("(?s).*(status 3: why|timeout of 1 s).*");
    }
    // What the hook has started has ended with it.
    String pid = Files.readString(child).strip();
    await().until(() -> !runs(pid));
    assertThat(store.list()).isEmpty();
  }

  private static void ownUsers(Spec.Draft spec) {
    List<IdMapping> mapping = List.of(new IdMapping(0, 100_000, 1000));
    LinuxConfig config = Objects.requireNonNull(spec.linux);
    List<Namespace> all = new ArrayList<>(config.namespaces());
    all.add(new Namespace(NamespaceType.USER));
    spec.linux =
        config.with(
            l -> {
              l.namespaces = all;
              l.uidMappings = mapping;
              l.gidMappings = mapping;
            });
  }

  @Test
  void shouldMapTheIdsOfAMountAsThoseOfTheContainer() throws Exception {
    chown(files.rootfs(), 100_000);
    Path data = Files.createDirectory(folder.resolve("data"));
    Mount mount = new Mount("/mnt", "bind", data.toString(), List.of("rbind", "idmap"));
    Bundle bundle =
        bundle(
            s -> {
              ownUsers(s);
              List<Mount> mounts = new ArrayList<>(s.mounts);
              mounts.add(mount);
              s.mounts = mounts;
            },
            "sh",
            "-c",
            "echo x > /mnt/mine; exec sleep 600");
    if (linux.missing().contains(SystemCall.MOUNT_SETATTR)) {
      assertThatThrownBy(() -> create(bundle))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("the mount at /mnt: " + data + ": mount_setattr(");
      return;
    }
    Assumptions.assumeTrue(
        KernelVersion.current().isAtLeast(new KernelVersion(6, 3)), "tmpfs cannot before 6.3");
    try (Created created = create(bundle)) {
      created.container().start();
      await().until(() -> Files.exists(data.resolve("mine")));

      assertThat(Files.getAttribute(data.resolve("mine"), "unix:uid")).isEqualTo(0);
      endAndDelete(created);
    }
  }

  @Test
  void shouldMapTheUsersOfTheContainer() throws Exception {
    Path rootfs = files.rootfs();
    chown(rootfs, 100_000);
    Bundle bundle =
        bundle(
            LifecycleTest::ownUsers,
            "sh",
            "-c",
            "id -u; cat /proc/self/uid_map; echo x > /tmp/mine; echo y > /dev/null; exec sleep"
                + " 600");
    try (Created created = create(bundle)) {
      created.container().start();
      await().until(() -> Files.exists(rootfs.resolve("tmp/mine")));

      assertThat(Files.readString(out).replaceAll(" +", " ")).isEqualTo("0\n 0 100000 1000\n");
      assertThat(Files.getAttribute(rootfs.resolve("tmp/mine"), "unix:uid")).isEqualTo(100_000);
      assertThat(exec(created.container(), "id", "-u").code()).isZero();
      assertThat(Files.readString(out)).endsWith("0\n");
      endAndDelete(created);
    }
  }

  private static void chown(Path tree, int id) throws Exception {
    var process = new ProcessBuilder("chown", "-R", id + ":" + id, tree.toString()).start();
    assertThat(process.waitFor()).isZero();
    Path folder = Objects.requireNonNull(tree.getParent());
    for (Path above = folder;
        above != null && above.startsWith("/tmp/") && !above.equals(Path.of("/tmp"));
        above = above.getParent()) {
      Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void shouldJoinNamespacesByTheirPath() throws Exception {
    try (Created first = create(bundle("sleep", "600"))) {
      first.container().start();
      String ns = "/proc/" + first.process().pid() + "/ns/";
      Bundle joining =
          bundle(
              s -> {
                s.hostname = null;
                s.linux =
                    Objects.requireNonNull(s.linux)
                        .with(
                            l ->
                                l.namespaces =
                                    List.of(
                                        new Namespace(NamespaceType.MOUNT),
                                        new Namespace(NamespaceType.PID, ns + "pid"),
                                        new Namespace(NamespaceType.NETWORK, ns + "net"),
                                        new Namespace(NamespaceType.UTS, ns + "uts"),
                                        new Namespace(NamespaceType.IPC, ns + "ipc"),
                                        new Namespace(NamespaceType.CGROUP)));
              },
              "sh",
              "-c",
              "cat /proc/1/cmdline; exec sleep 600");
      try (Stdio stdio = stdio();
          Created second = store.create("d", joining, CreateOptions.of(stdio))) {
        second.container().start();
        await().until(() -> Files.readString(out).startsWith("sleep"));
        for (String name : List.of("net", "uts", "ipc", "pid")) {
          assertThat(link(second, name)).isEqualTo(link(first, name));
        }
        assertThat(link(second, "mnt")).isNotEqualTo(link(first, "mnt"));
        linux.processes().signal(second.process(), Signals.SIGKILL);
        linux.processes().waitFor(second.process());
        second.container().delete(false);
      }
      Bundle wrong =
          bundle(
              s ->
                  s.linux =
                      Objects.requireNonNull(s.linux)
                          .with(
                              l ->
                                  l.namespaces =
                                      List.of(
                                          new Namespace(NamespaceType.MOUNT),
                                          new Namespace(NamespaceType.NETWORK, ns + "uts"))),
              "true");
      try (Stdio stdio = stdio()) {
        assertThatThrownBy(() -> store.create("e", wrong, CreateOptions.of(stdio)))
            .hasMessageContaining("linux.namespaces[network].path")
            .hasMessageContaining("is a uts namespace");
      }
      endAndDelete(first);
    }
  }

  private static String link(Created created, String name) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/" + created.process().pid() + "/ns/" + name))
        .toString();
  }

  /** While it waits it shares our memory, and the kernel gives who shares memory one score. */
  @Test
  void shouldSetTheOomScoreOfTheContainerAlone() throws Exception {
    String own = Files.readString(Path.of("/proc/self/oom_score_adj"));
    Bundle bundle =
        bundle(
            s -> s.process = Objects.requireNonNull(s.process).with(p -> p.oomScoreAdj = 567),
            "sh",
            "-c",
            "sleep 600 & exec sleep 600");
    try (Created created = create(bundle)) {
      assertThat(Path.of("/proc/self/oom_score_adj")).hasContent(own.strip());
      created.container().start();
      await()
          .untilAsserted(
              () ->
                  assertThat(created.container().pids())
                      .hasSize(2)
                      .allSatisfy(
                          pid ->
                              assertThat(Path.of("/proc/" + pid + "/oom_score_adj"))
                                  .hasContent("567")));
      assertThat(Path.of("/proc/self/oom_score_adj")).hasContent(own.strip());
      created.container().delete(true);
      linux.processes().waitFor(created.process());
    }
  }
}
