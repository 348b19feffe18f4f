package io.lighter.runtime.attack;

import static io.lighter.runtime.ShortRun.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.CapabilitySets;
import io.lighter.linux.Credentials;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.RootFileSystem;
import io.lighter.runtime.ShortRun;
import io.lighter.runtime.StartException;
import io.lighter.runtime.lifecycle.Created;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process of a container might inherit from who starts it. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
@Timeout(120)
class ExecAttacksTest {
  private static final int MANY = 64;

  @TempDir private Path folder;
  private HostileBundle bundle;

  @BeforeEach
  void prepare() throws IOException {
    bundle = new HostileBundle(folder);
  }

  private String run(Consumer<Process.Draft> change, String script) {
    Spec plain = shell(script);
    Process process =
        Objects.requireNonNull(plain.process()).with(p -> p.env = List.of("PATH=/bin"));
    try (RootFileSystem root = RootFileSystem.folder(bundle.rootfs())) {
      return ShortRun.run(folder, plain.with(s -> s.process = process.with(change)), root).output();
    }
  }

  /** Runs a script as a further process. */
  private String exec(Consumer<Process.Draft> change, String script) throws IOException {
    try (Created created = bundle.start(s -> {})) {
      try {
        return bundle.exec(created.container(), HostileBundle.process(change, "sh", "-c", script));
      } finally {
        bundle.end(created);
      }
    }
  }

  /** The working folder is one of ours, by a descriptor that we may have open. */
  @Test
  @DisplayName("CVE-2024-21626: process.cwd is /proc/self/fd/N, or a link to it")
  void shouldNotWorkInAFolderOfTheHost() throws IOException {
    try (Fd host =
            Linux.kernel()
                .files()
                .openat(Fd.WORKING_FOLDER, "/", Fcntl.O_RDONLY | Fcntl.O_DIRECTORY, 0);
        Created created = bundle.start(s -> {})) {
      assertThat(host.isOpen()).isTrue();
      for (int i = 0; i < MANY; i++) {
        String descriptor = "/proc/self/fd/" + i;
        Path link = bundle.rootfs().resolve("link" + i);
        Files.createSymbolicLink(link, Path.of(descriptor));
        for (String cwd : List.of(descriptor, "/link" + i, descriptor + "/../..")) {
          assertStaysInside(cwd, () -> run(p -> p.cwd = cwd, "pwd"));
          assertStaysInside(
              cwd,
              () ->
                  bundle.exec(created.container(), HostileBundle.process(p -> p.cwd = cwd, "pwd")));
        }
        Files.delete(link);
      }
      bundle.end(created);
    }
  }

  private interface Run {
    String output() throws IOException;
  }

  /** Either it is refused, or the process is somewhere below its own root. */
  private static void assertStaysInside(String cwd, Run run) throws IOException {
    try {
      // getcwd(2) begins with "(unreachable)" for a folder that is not below the root.
      assertThat(run.output()).as(cwd).matches("/(proc(/\\d+)?)?\n");
    } catch (StartException e) {
      assertThat(e).as(cwd).hasMessageContaining("openat2(");
    }
  }

  /** The JVM itself opens files that it would pass on, and so may who embeds us. */
  @Test
  @DisplayName("CVE-2024-21626: descriptors that are passed on")
  void shouldPassNoDescriptorOn() throws IOException {
    Linux linux = Linux.kernel();
    try (Fd host = linux.files().openat(Fd.WORKING_FOLDER, "/", Fcntl.O_RDONLY, 0)) {
      linux.descriptors().setCloseOnExec(host, false);
      // 3 is the folder that ls reads.
      assertThat(run(p -> {}, "exec ls /proc/self/fd")).isEqualTo("0\n1\n2\n3\n");
      assertThat(exec(p -> {}, "exec ls /proc/self/fd")).isEqualTo("0\n1\n2\n3\n");
    }
  }

  @Test
  @DisplayName("CVE-2022-29162, CVE-2022-24769, CVE-2022-27649: inheritable capabilities")
  void shouldGiveNoInheritableCapabilities() throws IOException {
    Credentials credentials = Linux.kernel().credentials();
    CapabilitySets before = credentials.capget();
    credentials.capset(
        new CapabilitySets(before.effective(), before.permitted(), before.permitted()));
    try {
      String sets = "grep -E 'CapInh|CapAmb' /proc/self/status";
      String none = "CapInh:\t0000000000000000\nCapAmb:\t0000000000000000\n";
      assertThat(run(p -> {}, sets)).isEqualTo(none);
      assertThat(exec(p -> {}, sets)).isEqualTo(none);
    } finally {
      credentials.capset(before);
    }
  }

  @Test
  @DisplayName("CVE-2022-29162: a further process has no more than the container was given")
  void shouldKeepFurtherProcessesWithinTheirCapabilities() throws IOException {
    String bounding = "grep CapBnd /proc/self/status";
    String mask =
        String.format(
            "CapBnd:\t%016x\n",
            Capability.mask(List.of(Capability.CAP_CHOWN, Capability.CAP_KILL)));
    Consumer<Process.Draft> two =
        p -> p.capabilities = Capabilities.of(Set.of(Capability.CAP_CHOWN, Capability.CAP_KILL));
    assertThat(run(two, bounding)).isEqualTo(mask);
    assertThat(exec(two, bounding)).isEqualTo(mask);
    assertThat(exec(p -> p.capabilities = null, bounding)).isEqualTo("CapBnd:\t0000000000000000\n");
  }

  @Test
  @DisplayName("CVE-2020-15257: sockets that a container with the host's network could reach")
  void shouldListenOnNoAbstractSocket() throws IOException {
    List<String> before = abstractSockets();
    try (Created created = bundle.start(s -> {})) {
      bundle.exec(created.container(), "true");
      assertThat(abstractSockets()).isSubsetOf(before);
      bundle.end(created);
    }
  }

  private static List<String> abstractSockets() throws IOException {
    return Files.readAllLines(Path.of("/proc/net/unix")).stream()
        .filter(line -> line.contains("@") && line.contains("lighter"))
        .toList();
  }

  @Test
  @DisplayName("A further process sees nothing that is not the container's")
  void shouldLeaveNoNamespaceOut() throws IOException {
    String list =
        "for n in cgroup ipc mnt net pid uts; do readlink /proc/self/ns/$n; done; readlink"
            + " /proc/self/root";
    try (Created created = bundle.start(s -> {})) {
      String further = bundle.exec(created.container(), "sh", "-c", list);
      String first = bundle.exec(created.container(), "sh", "-c", list.replace("self", "1"));
      assertThat(further).isEqualTo(first).contains("mnt:", "\n/\n");
      assertThatThrownBy(() -> bundle.exec(created.container(), "/proc/1/root/../../bin/no"))
          .isInstanceOf(StartException.class);
      bundle.end(created);
    }
  }
}
