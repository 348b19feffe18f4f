package io.lighter.cli.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.session.LighterCommand.Outcome;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code lighter run --init} as a person types it. */
@RequiresRoot
@LeavesNothing(cgroups = "/lighter/")
@Timeout(120)
class LighterRunInitTest {
  private static final String INIT = "tr '\\0' ' ' < /proc/1/cmdline | cut -d' ' -f1,2;";

  @TempDir private Path folder;

  private LighterCommand lighter;

  @BeforeEach
  void prepare() {
    lighter = new LighterCommand(folder.resolve("state"));
  }

  private Outcome run(String... arguments) throws Exception {
    String[] all =
        Stream.concat(Stream.of("run", "--rm", "--init"), Stream.of(arguments))
            .toArray(String[]::new);
    return lighter.run(all);
  }

  @Test
  void shouldPassOutputAndExitCodeOn() throws Exception {
    assertThat(run("host", "sh", "-c", INIT + "echo err >&2; exit 7"))
        .isEqualTo(new Outcome(7, "/sbin/docker-init --\n", "err\n"));
    assertThat(run("host", "sh", "-c", "kill -9 $$").status()).isEqualTo(137);
  }

  @Test
  void shouldTellFailuresByDockersExitCodes() throws Exception {
    assertThat(run("host", "no-such-command"))
        .isEqualTo(
            new Outcome(
                127, "", "lighter-init: exec no-such-command: No such file or directory\n"));
    assertThat(run("host", "/etc/passwd").status()).isEqualTo(126);
  }

  /** As process 1, sleep would not notice. */
  @Test
  void shouldForwardSignals() throws Exception {
    Process process =
        lighter.start(
            "run", "--init", "--stop-timeout", "600", "host", "sh", "-c", "echo up; exec sleep 60");
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("up");
      process.destroy();
      assertThat(process.waitFor()).isEqualTo(143);
    }
  }

  @Test
  void shouldReapOrphans() throws Exception {
    String orphan = "p=$(sh -c 'sleep 60 > /dev/null & echo $!'); kill $p;";
    String gone = "while [ -d /proc/$p ]; do sleep 0.02; done; echo reaped";

    assertThat(run("host", "sh", "-c", orphan + gone).output()).isEqualTo("reaped\n");
    assertThat(run("--pid", "host", "host", "sh", "-c", orphan + gone).output())
        .isEqualTo("reaped\n");
  }

  @Test
  void shouldTakeTheOrphansOfTheHostsNamespaceToo() throws Exception {
    Outcome outcome =
        run(
            "--pid",
            "host",
            "host",
            "sh",
            "-c",
            "p=$(sh -c 'sleep 60 > /dev/null & echo $!');"
                + "echo $(($(sed -n 's/^PPid:.//p' /proc/$p/status) - PPID))");

    assertThat(outcome.output()).isEqualTo("0\n");
  }

  @Test
  void shouldRunForAnyUserOnAReadOnlyRoot() throws Exception {
    assertThat(
            run(
                "--read-only",
                "--user",
                "1000",
                "--cap-drop",
                "ALL",
                "--security-opt",
                "no-new-privileges",
                "host",
                "sh",
                "-c",
                INIT + "id -u; test -w /sbin/docker-init || echo safe"))
        .isEqualTo(new Outcome(0, "/sbin/docker-init --\n1000\nsafe\n", ""));
  }

  @Test
  void shouldGiveTheTerminalToTheCommand() throws Exception {
    Outcome outcome =
        run(
            "-t",
            "host",
            "sh",
            "-c",
            "read p n s pp g ss t tg rest < /proc/$$/stat; echo $((tg - p)) $ss");

    assertThat(outcome.output()).isEqualTo("0 1\r\n");
  }

  @Test
  @RequiresTool(value = "busybox", debianPackage = "busybox-static")
  void shouldNeedNothingOfTheImage() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    Path busybox = Files.createDirectories(root.resolve("bin")).resolve("busybox");
    Files.copy(Path.of("/bin/busybox"), busybox);
    assertThat(busybox.toFile().setExecutable(true)).isTrue();

    Outcome outcome =
        run(
            "--rootfs",
            root.toString(),
            "--read-only",
            "busybox",
            "sh",
            "-c",
            "busybox ls -l /sbin | busybox grep -c r-xr-xr-x; exit 3");

    assertThat(outcome).isEqualTo(new Outcome(3, "1\n", ""));
    assertThat(root.resolve("sbin")).doesNotExist();
  }

  @Test
  void shouldLeaveNothingForLongAfterItWasKilled() throws Exception {
    Process process =
        lighter.start(
            "run", "--init", "--pid", "host", "-i", "host", "sh", "-c", "echo $$; exec sleep 600");
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      Optional<ProcessHandle> command = ProcessHandle.of(Long.parseLong(output.readLine()));
      assertThat(inits()).hasSize(1);

      process.destroyForcibly().waitFor();
      command.ifPresent(handle -> handle.onExit().join());
    }
    assertThat(run("host", "true").status()).isZero();
    assertThat(inits()).isEmpty();
  }

  private Stream<Path> inits() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("state"), 2)) {
      return files.filter(file -> file.endsWith("init")).toList().stream();
    }
  }

  @Test
  void shouldExplainWithoutRunning() throws Exception {
    Outcome outcome = run("--explain", "host", "touch", "/proof");

    assertThat(outcome.output())
        .contains("execve(\"/sbin/docker-init\", [\"/sbin/docker-init\", \"--\", \"touch\"");
    assertThat(inits()).isEmpty();
  }
}
