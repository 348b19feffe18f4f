package io.lighter.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Signals;
import io.lighter.runtime.StartException;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Hook;
import io.lighter.runtime.spec.Hooks;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.TimeClock;
import io.lighter.runtime.spec.TimeOffset;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers with clocks of their own. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
@Timeout(120)
class TimeNamespaceTest {
  private static final int SHIFT = 1_000_000;

  private final Linux linux = Linux.kernel();
  @TempDir private Path folder;
  private ContainerStore store;
  private BusyboxBundle files;

  @BeforeEach
  void prepare() throws IOException {
    Assumptions.assumeTrue(
        Files.exists(Path.of("/proc/self/ns/time")),
        "this kernel is built without time namespaces");
    store = ContainerStore.open(folder.resolve("store"));
    files = new BusyboxBundle(folder, "sh", "sleep", "cat");
  }

  private static void add(Spec.Draft spec, Namespace namespace, Consumer<LinuxConfig.Draft> more) {
    LinuxConfig config = Objects.requireNonNull(spec.linux);
    List<Namespace> all = new ArrayList<>(config.namespaces());
    all.add(namespace);
    spec.linux =
        config.with(
            linuxConfig -> {
              linuxConfig.namespaces = all;
              more.accept(linuxConfig);
            });
  }

  private static void shift(Spec.Draft spec) {
    TimeOffset offset = new TimeOffset(SHIFT, 0);
    add(
        spec,
        new Namespace(NamespaceType.TIME),
        config -> config.timeOffsets = Map.of(TimeClock.BOOTTIME, offset));
  }

  private Created run(String id, Consumer<Spec.Draft> change) throws IOException {
    Bundle bundle = files.of(change, "sh", "-c", "cat /proc/uptime; exec sleep 600");
    try (Stdio stdio = files.stdio()) {
      Created created = store.create(id, bundle, CreateOptions.of(stdio));
      created.container().start();
      await().until(() -> !Files.readString(files.out()).isEmpty());
      return created;
    }
  }

  private double uptime() throws IOException {
    String text = Files.readString(files.out());
    Files.writeString(files.out(), "");
    return Double.parseDouble(text.split(" ", -1)[0]);
  }

  private int exec(StoredContainer container, String... command) {
    Process process = Process.of(List.of(command)).with(p -> p.env = List.of("PATH=/bin"));
    try (Stdio stdio = files.stdio();
        ExecProcess started = container.exec(ExecOptions.of(process, stdio))) {
      return linux.processes().waitFor(started.process()).shellStatus();
    }
  }

  private void end(Created created) {
    PidFd process = created.process();
    linux.processes().signal(process, Signals.SIGKILL);
    linux.processes().waitFor(process);
    created.container().delete(false);
  }

  @Test
  void shouldHaveItsClocksForAllOfItsProcesses() throws Exception {
    try (Created created = run("c", TimeNamespaceTest::shift)) {
      assertThat(uptime()).isGreaterThan(SHIFT);

      assertThat(exec(created.container(), "cat", "/proc/uptime")).isZero();
      assertThat(uptime()).isGreaterThan(SHIFT);
      // What the child says of its failure is said in memory that is still ours, too.
      assertThatThrownBy(() -> exec(created.container(), "no-such-command"))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("executable file not found in $PATH");
      end(created);
    }
  }

  @Test
  void shouldJoinTheClocksOfAnother() throws Exception {
    try (Created first = run("first", TimeNamespaceTest::shift)) {
      assertThat(uptime()).isGreaterThan(SHIFT);
      String path = "/proc/" + first.process().pid() + "/ns/time";
      try (Created second =
          run("second", s -> add(s, new Namespace(NamespaceType.TIME, path), config -> {}))) {
        assertThat(uptime()).isGreaterThan(SHIFT);
        assertThat(exec(second.container(), "cat", "/proc/uptime")).isZero();
        assertThat(uptime()).isGreaterThan(SHIFT);
        end(second);
      }
      end(first);
    }
  }

  private static Hook hook(String file) {
    List<String> command = List.of("sh", "-c", "cat /proc/uptime >" + file);
    return new Hook("/bin/sh", command, List.of("PATH=/bin:/usr/bin"), null);
  }

  @Test
  void shouldRunHooksWithThem() throws Exception {
    // Before pivot_root the paths are the host's.
    Path made = folder.resolve("made");
    Hook making = hook(made.toString());
    Hook starting = hook("/tmp/hook");
    try (Created created =
        run(
            "c",
            s -> {
              shift(s);
              s.hooks =
                  new Hooks(
                      List.of(),
                      List.of(),
                      List.of(making),
                      List.of(starting),
                      List.of(),
                      List.of());
            })) {
      assertThat(uptime()).isGreaterThan(SHIFT);
      String seen = Files.readString(files.rootfs().resolve("tmp/hook"));
      assertThat(Double.parseDouble(seen.split(" ", -1)[0])).isPositive();
      assertThat(Double.parseDouble(Files.readString(made).split(" ", -1)[0])).isPositive();
      end(created);
    }
  }
}
