package io.lighter.runtime.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.linux.ImageSurgery;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Signals;
import io.lighter.runtime.ContainerPlace;
import io.lighter.runtime.LifecycleLaunch;
import io.lighter.runtime.LiveContainer;
import io.lighter.runtime.StartException;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.lifecycle.Created;
import io.lighter.runtime.lifecycle.Status;
import io.lighter.runtime.lifecycle.StoredContainer;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.IdMapping;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * CVE-2016-9962: a process of a container looks into one of ours that is about to become the
 * container's: it has our memory, and host folders as its root and among its descriptors.
 */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
@Timeout(300)
class JoiningProcessAttacksTest {
  /** Prints what of a process, whose number in the container is the first argument, it gets at. */
  private static final String SPY =
      "p=/proc/$1; [ -d $p ] || echo no process;"
          + " for link in exe cwd root; do readlink $p/$link; done;"
          + " for file in environ auxv maps; do cat $p/$file && echo $file; done;"
          // The numbers of its descriptors root may read; what they lead to, it may not.
          + " for fd in $p/fd/* $p/map_files/*; do readlink $fd; [ -e $fd ] && echo $fd; done;"
          + " (exec 3<$p/mem) && echo mem; (exec 3<>$p/mem) && echo mem;"
          + " (cd $p/root) && echo root; (cd $p/cwd) && echo cwd; true";

  private static final long MAPPED = 100_000;

  @TempDir private Path folder;
  private HostileBundle bundle;

  @BeforeEach
  void prepare() throws IOException {
    bundle = new HostileBundle(folder);
  }

  /** Runs the spy and returns what it found, without the errors. */
  private String spy(StoredContainer from, String pid) throws IOException {
    return bundle.exec(from, "sh", "-c", "exec 2>/dev/null; " + SPY, "sh", pid);
  }

  /** The same by a process that has CAP_SYS_PTRACE in the container's user namespace. */
  private String spyTracing(StoredContainer from, String pid) throws IOException {
    Process process =
        HostileBundle.process(
            JoiningProcessAttacksTest::tracing, "sh", "-c", "exec 2>/dev/null; " + SPY, "sh", pid);
    return bundle.exec(from, process);
  }

  private static void tracing(Process.Draft process) {
    Set<Capability> more = EnumSet.of(Capability.CAP_SYS_PTRACE);
    Capabilities given = Objects.requireNonNull(process.capabilities);
    more.addAll(given.effective());
    process.capabilities = Capabilities.of(more);
  }

  /** Returns the number of a process in its innermost pid namespace. */
  private static String innerPid(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("NSpid:")) {
        return line.substring(line.lastIndexOf('\t') + 1);
      }
    }
    throw new AssertionError("no NSpid of " + pid);
  }

  @Test
  @DisplayName("CVE-2016-9962: a further process, at each of its steps")
  void shouldHideAProcessThatJoins() throws Exception {
    ImageSurgery surgery = new ImageSurgery(ImageSurgery.Replacement.ENDLESS_WAIT);
    LifecycleLaunch launch = new LifecycleLaunch(new Linux(surgery));
    try (Created created = bundle.start(s -> {})) {
      StoredContainer container = created.container();
      // The spy sees a process that it may see.
      assertThat(spy(container, "1")).contains("/bin/busybox", "environ", "maps");
      int step = 0;
      Spec spec = HostileBundle.spec(s -> {}, "sleep", "600");
      while (spyAtStep(surgery, launch, created, spec, this::spy, step)) {
        step++;
      }
      assertThat(step).isGreaterThan(20);
      bundle.end(created);
    }
  }

  @Test
  @DisplayName("CVE-2016-9962: a further process, by a tracer in a user namespace of its own")
  void shouldHideAProcessThatJoinsFromATracerOfAUserNamespace() throws Exception {
    ImageSurgery surgery = new ImageSurgery(ImageSurgery.Replacement.ENDLESS_WAIT);
    LifecycleLaunch launch = new LifecycleLaunch(new Linux(surgery));
    Consumer<Spec.Draft> tracer =
        s -> {
          s.linux = withUsers(Objects.requireNonNull(s.linux));
          s.process = Objects.requireNonNull(s.process).with(JoiningProcessAttacksTest::tracing);
        };
    giveTheRootToTheUsers();
    try (Created created = bundle.start(tracer)) {
      StoredContainer container = created.container();
      assertThat(spyTracing(container, "1")).contains("/bin/busybox", "environ", "maps", "mem");
      Spec spec = HostileBundle.spec(tracer, "sleep", "600");
      int step = 0;
      while (spyAtStep(surgery, launch, created, spec, this::spyTracing, step)) {
        step++;
      }
      assertThat(step).isGreaterThan(20);
      bundle.end(created);
    }
  }

  private static LinuxConfig withUsers(LinuxConfig config) {
    List<IdMapping> mapping = List.of(new IdMapping(0, MAPPED, 1000));
    List<Namespace> all = new ArrayList<>(config.namespaces());
    all.add(new Namespace(NamespaceType.USER));
    return config.with(
        l -> {
          l.namespaces = all;
          l.uidMappings = mapping;
          l.gidMappings = mapping;
        });
  }

  private void giveTheRootToTheUsers() throws Exception {
    String owner = MAPPED + ":" + MAPPED;
    var chown = new ProcessBuilder("chown", "-R", owner, bundle.rootfs().toString()).start();
    assertThat(chown.waitFor()).isZero();
    for (Path above = bundle.rootfs().getParent();
        above != null && above.startsWith(folder);
        above = above.getParent()) {
      Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /** Looks at a process and returns what it has got at. */
  @FunctionalInterface
  private interface Spy {
    String look(StoredContainer from, String pid) throws IOException;
  }

  /** Returns false when there is no such step. */
  private boolean spyAtStep(
      ImageSurgery surgery, LifecycleLaunch launch, Created created, Spec spec, Spy spy, int step)
      throws Exception {
    Set<ProcessHandle> before = ProcessHandle.current().children().collect(Collectors.toSet());
    Process process = HostileBundle.process(p -> {}, "true");
    ContainerPlace place = new ContainerPlace("c", folder, folder, "/lighter/c");
    AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
    Thread starter =
        Thread.ofPlatform()
            .start(
                () -> {
                  surgery.setStep(step);
                  PidFd container = created.process();
                  try (Stdio stdio = Stdio.discard();
                      Cgroup cgroup = CgroupTree.locate(Linux.kernel()).open("/lighter/c");
                      PidFd started =
                          launch.exec(
                              new LiveContainer(
                                  spec, place, () -> "running", container, cgroup, null),
                              process,
                              stdio,
                              List.of())) {
                    Linux.kernel().processes().waitFor(started);
                  } catch (RuntimeException e) {
                    end.set(e);
                  }
                });
    AtomicReference<@Nullable ProcessHandle> joining = new AtomicReference<>();
    await()
        .until(
            () -> {
              Optional<ProcessHandle> child =
                  ProcessHandle.current().children().filter(c -> !before.contains(c)).findFirst();
              child.ifPresent(joining::set);
              return child.isPresent() || !starter.isAlive();
            });
    ProcessHandle child = joining.get();
    if (child != null) {
      assertThat(spy.look(created.container(), innerPid(child.pid())))
          .as("at step %s", step)
          .isEmpty();
      child.destroyForcibly();
    }
    starter.join();
    Throwable thrown = end.get();
    if (thrown instanceof IndexOutOfBoundsException) {
      return false;
    }
    // Killed in the place of its exec, it looks as if it had made it.
    assertThat(thrown == null || thrown instanceof StartException).isTrue();
    return true;
  }

  @Test
  @DisplayName("CVE-2016-9962: a container that waits in the pid namespace of another")
  void shouldHideAContainerThatWaits() throws Exception {
    try (Created attacker = bundle.start(s -> {})) {
      String pids = "/proc/" + attacker.process().pid() + "/ns/pid";
      Spec joining = HostileBundle.spec(s -> s.linux = sharing(s, pids), "sleep", "600");
      try (Created waiting = bundle.create("waiting", joining)) {
        assertThat(waiting.container().state().status()).isEqualTo(Status.CREATED);

        assertThat(spy(attacker.container(), innerPid(waiting.process().pid()))).isEmpty();

        Linux.kernel().processes().signal(waiting.process(), Signals.SIGKILL);
        Linux.kernel().processes().waitFor(waiting.process());
        waiting.container().delete(true);
      }
      bundle.end(attacker);
    }
  }

  private static LinuxConfig sharing(Spec.Draft spec, String pids) {
    LinuxConfig config = Objects.requireNonNull(spec.linux);
    List<Namespace> namespaces =
        config.namespaces().stream()
            .map(n -> n.type() == NamespaceType.PID ? new Namespace(n.type(), pids) : n)
            .toList();
    return config.with(l -> l.namespaces = namespaces);
  }
}
