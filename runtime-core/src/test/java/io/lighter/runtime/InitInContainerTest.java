package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.User;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@link ContainerInit} as process 1 of real containers over the machine's own root. */
@RequiresRoot
@LeavesNothing(cgroups = "/lighter/")
@Timeout(60)
class InitInContainerTest {
  @TempDir private Path folder;

  private record Outcome(int status, String output) {}

  private static Spec shell(String script) {
    return DefaultContainer.of(new Root("/", false), List.of("sh", "-c", script), null);
  }

  private Outcome run(Spec spec, Consumer<Container> change) throws IOException {
    Path out = Files.createFile(folder.resolve("out"));
    Linux linux = Linux.kernel();
    try (ContainerRuntime runtime =
            ContainerRuntime.open(RuntimeConfig.of(folder.resolve("state")).withPool(0));
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepareWithInit(spec, root);
        Fd nothing = linux.files().openat(Fd.WORKING_FOLDER, "/dev/null", Fcntl.O_RDWR, 0);
        Fd output = linux.files().openat(Fd.WORKING_FOLDER, out.toString(), Fcntl.O_WRONLY, 0);
        Container container = prepared.start(new Stdio(nothing, output, output))) {
      change.accept(container);
      int status = container.waitFor().shellStatus();
      return new Outcome(status, Files.readString(out));
    }
  }

  private Outcome run(Spec spec) throws IOException {
    return run(spec, container -> {});
  }

  @Test
  @RequiresTool(value = "ps", debianPackage = "procps")
  void shouldReapTheOrphansOfTheContainer() throws IOException {
    Outcome outcome =
        run(
            shell(
                "tr '\\0' ' ' < /proc/1/cmdline | cut -c1-21; echo; (sleep 0.1 &); sleep 0.5;"
                    + " ps -eo stat=,comm=; exit 4"));

    assertThat(outcome.status()).as(outcome.output()).isEqualTo(4);
    assertThat(outcome.output().lines().findFirst()).hasValue("/sbin/docker-init -- ");
    assertThat(outcome.output().lines().skip(2))
        .as("stat and name of each process")
        .hasSize(3)
        .noneMatch(line -> line.startsWith("Z"))
        .anyMatch(line -> line.endsWith(" docker-init"))
        .anyMatch(line -> line.endsWith(" sh"))
        .anyMatch(line -> line.endsWith(" ps"));
  }

  @Test
  void shouldForwardASignalThatProcessOneAloneWouldNotGet() throws IOException {
    Outcome outcome =
        run(
            shell("echo up; exec sleep 600"),
            container -> {
              // Process 1 gets no signal before it has blocked them all.
              await().until(() -> Files.size(folder.resolve("out")) > 0);
              assertThat(container.signal(Signals.SIGTERM)).isTrue();
            });

    assertThat(outcome.status()).isEqualTo(128 + Signals.SIGTERM);
  }

  /** However early it comes: the init is often not there yet when the start has returned. */
  @Test
  void shouldLoseNoSignalThatComesAtOnce() throws IOException {
    try (ContainerRuntime runtime =
            ContainerRuntime.open(RuntimeConfig.of(folder.resolve("state")).withPool(0));
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepareWithInit(shell("exec sleep 5"), root);
        Stdio stdio = Stdio.discard()) {
      for (int start = 0; start < 100; start++) {
        try (Container container = prepared.start(stdio)) {
          assertThat(container.signal(Signals.SIGTERM)).isTrue();

          assertThat(container.waitFor().shellStatus())
              .as("start " + start)
              .isEqualTo(128 + Signals.SIGTERM);
        }
      }
    }
  }

  @Test
  void shouldSayThatTheCommandIsMissing() throws IOException {
    Spec spec = DefaultContainer.of(new Root("/", false), List.of("no-such-command"), null);

    assertThat(run(spec))
        .isEqualTo(
            new Outcome(127, "lighter-init: exec no-such-command: No such file or directory\n"));
  }

  @Test
  void shouldBeMountedReadOnlyAndRunByAnyUser() throws IOException {
    Spec spec = shell("id -u; grep ' /[^ ]*/docker-init ' /proc/self/mountinfo | cut -d' ' -f6");
    Spec changed =
        spec.with(
            s -> {
              s.root = new Root("/", true);
              s.process =
                  Objects.requireNonNull(spec.process())
                      .with(p -> p.user = new User(1000, 1000, null, List.of()));
            });

    Outcome outcome = run(changed);

    assertThat(outcome.status()).as(outcome.output()).isZero();
    assertThat(outcome.output().lines().findFirst()).hasValue("1000");
    assertThat(outcome.output().lines().skip(1).findFirst().orElse(""))
        .startsWith("ro,nosuid")
        .doesNotContain("noexec");
  }

  /** Control-C goes to the foreground group, which is the command's. */
  @Test
  void shouldGiveTheTerminalToTheCommand() throws Exception {
    Spec spec =
        shell("read p n s pp g ss t tg rest < /proc/$$/stat; echo $((tg - p)); exec sleep 600");
    Spec changed =
        spec.with(
            s -> s.process = Objects.requireNonNull(spec.process()).with(p -> p.terminal = true));
    try (ContainerRuntime runtime =
            ContainerRuntime.open(RuntimeConfig.of(folder.resolve("state")).withPool(0));
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepareWithInit(changed, root);
        Container container = prepared.start(new WindowSize(24, 80));
        Arena arena = Arena.ofConfined()) {
      Fd terminal = Objects.requireNonNull(container.terminal());
      MemorySegment buffer = arena.allocate(64);
      long length = Linux.kernel().files().read(terminal, buffer);
      assertThat(
              new String(
                  buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8))
          .isEqualTo("0\r\n");
      buffer.set(ValueLayout.JAVA_BYTE, 0, (byte) 3);
      Linux.kernel().files().write(terminal, buffer.asSlice(0, 1));

      assertThat(container.waitFor().shellStatus()).isEqualTo(128 + Signals.SIGINT);
    }
  }
}
