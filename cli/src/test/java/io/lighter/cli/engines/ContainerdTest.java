package io.lighter.cli.engines;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.engines.EngineHost.Outcome;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ctr run --runc-binary}, containerd and its shim for runc with {@code lighter oci}. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@RequiresTool("containerd")
@RequiresTool(value = "ctr", debianPackage = "containerd")
@LeavesNothing(cgroups = "/lighter-engines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ContainerdTest {
  private static final String IMAGE = "docker.io/lighter/box:latest";

  private static final String CONFIGURATION =
      """
      version = 2
      root = "FOLDER/containerd"
      state = "/run/containerd-state"
      disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
      [grpc]
      address = "/run/containerd.sock"
      """;

  private static final String LOOP =
      "trap 'echo bye; exit 3' TERM; echo hi; while :; do sleep 1; done";

  @TempDir private static Path folder;
  private EngineHost host;

  @BeforeAll
  void prepare() throws Exception {
    Path configuration = folder.resolve("containerd.toml");
    Files.writeString(configuration, CONFIGURATION.replace("FOLDER", folder.toString()));
    host = EngineHost.start(folder, Map.of());
    Process daemon = host.start("containerd", "--config", configuration.toString());
    while (ctr("version").status() != 0) {
      assertThat(daemon.isAlive()).as(Files.readString(folder.resolve("containerd.err"))).isTrue();
      Thread.sleep(50);
    }
    Path archive = TestImage.in(folder).archive(IMAGE);
    succeed("image", "import", "--snapshotter=native", archive.toString());
  }

  @AfterAll
  void end() {
    if (host != null) {
      host.close();
    }
  }

  private static String[] command(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ctr", "--address=/run/containerd.sock"));
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }

  private Outcome ctr(String... arguments) throws IOException, InterruptedException {
    return host.run(command(arguments));
  }

  private String succeed(String... arguments) throws IOException, InterruptedException {
    Outcome outcome = ctr(arguments);
    assertThat(outcome.status()).as(outcome.toString()).isZero();
    return outcome.output();
  }

  /** A line of {@code ctr run} up to the image. */
  private List<String> run(String... options) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                "run",
                "--runc-binary=" + host.runtime(),
                "--snapshotter=native",
                // Its default, 1024, needs a controller that not every host gives.
                "--cpu-shares=0"));
    line.addAll(List.of(options));
    line.add(IMAGE);
    return line;
  }

  private Outcome runToItsEnd(String... command) throws IOException, InterruptedException {
    List<String> line = run("--rm");
    line.add("foreground");
    line.addAll(List.of(command));
    return ctr(line.toArray(String[]::new));
  }

  private void runDetached(String id, String... command) throws IOException, InterruptedException {
    List<String> line = run("--detach");
    line.add(id);
    line.addAll(List.of(command));
    // To a file, which the container keeps open.
    succeed(line.toArray(String[]::new));
  }

  private String status(String id) throws IOException, InterruptedException {
    for (String line : succeed("task", "ls").lines().toList()) {
      String[] fields = line.split(" +", -1);
      if (fields[0].equals(id)) {
        return fields[2];
      }
    }
    return "none";
  }

  private void awaitStopped(String id) throws IOException, InterruptedException {
    while (!status(id).equals("STOPPED")) {
      Thread.sleep(50);
    }
  }

  @Test
  void shouldRunAContainerInTheForeground() throws Exception {
    assertThat(runToItsEnd("sh", "-c", "echo out; echo err >&2; ls /proc/self/fd; exit 7"))
        .isEqualTo(new Outcome(7, "out\n0\n1\n2\n3\n", "err\n"));
    Outcome missing = runToItsEnd("no-such-command");
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.error())
        .contains("OCI runtime create failed: exec \"no-such-command\": executable file not found");
    assertThat(succeed("task", "ls", "-q")).isEmpty();
  }

  @Test
  void shouldRunFurtherProcesses() throws Exception {
    runDetached("exec", "sleep", "600");

    assertThat(ctr("task", "exec", "--exec-id=a", "exec", "sh", "-c", "id -u; exit 5"))
        .isEqualTo(new Outcome(5, "0\n", ""));
    assertThat(host.runWith("in", command("task", "exec", "--exec-id=b", "exec", "cat")).output())
        .isEqualTo("in");
    assertThat(ctr("task", "exec", "--exec-id=c", "exec", "no-such-command").error())
        .contains("OCI runtime exec failed: exec \"no-such-command\": executable file not found");
    String terminal = String.join(" ", command("task", "exec", "-t", "--exec-id=d", "exec", "tty"));
    assertThat(host.run("script", "-qec", terminal, "/dev/null").output()).contains("/dev/pts/0");
    succeed("task", "exec", "-d", "--exec-id=e", "exec", "sleep", "601");
    assertThat(succeed("task", "ps", "exec")).contains("ExecID:e").hasLineCount(3);
    succeed("task", "kill", "--exec-id=e", "-s=KILL", "exec");
    succeed("task", "rm", "-f", "exec");
    succeed("container", "rm", "exec");
  }

  @Test
  void shouldGiveATerminal() throws Exception {
    List<String> line = run("--rm", "-t");
    line.addAll(List.of("terminal", "sh", "-c", "'tty; exit 3'"));
    String command = String.join(" ", command(line.toArray(String[]::new)));

    Outcome outcome = host.run("script", "-qec", command, "/dev/null");

    assertThat(outcome.output()).contains("/dev/pts/0");
    assertThat(outcome.status()).isEqualTo(3);
  }

  @Test
  void shouldEndByASignalAndStartAgain() throws Exception {
    Path log = folder.resolve("log");
    List<String> line = run("--detach", "--log-uri=file://" + log);
    line.addAll(List.of("kill", "sh", "-c", LOOP));
    succeed(line.toArray(String[]::new));
    while (!Files.exists(log) || !Files.readString(log).contains("hi\n")) {
      Thread.sleep(50);
    }

    succeed("task", "kill", "kill");
    awaitStopped("kill");
    assertThat(ctr("task", "rm", "kill").error()).contains("non-zero exit code 3");
    assertThat(Files.readString(log)).isEqualTo("hi\nbye\n");

    succeed("task", "start", "--detach", "--null-io", "kill");
    succeed("task", "kill", "--all", "-s=KILL", "kill");
    awaitStopped("kill");
    assertThat(ctr("task", "rm", "kill").error()).contains("non-zero exit code 137");
    succeed("container", "rm", "kill");
  }

  @Test
  void shouldPauseAndCount() throws Exception {
    runDetached("pause", "sleep", "600");

    succeed("task", "pause", "pause");
    assertThat(status("pause")).isEqualTo("PAUSED");
    succeed("task", "resume", "pause");
    assertThat(status("pause")).isEqualTo("RUNNING");
    assertThat(succeed("task", "metrics", "pause")).contains("cpu.usage_usec");
    succeed("task", "rm", "-f", "pause");
    succeed("container", "rm", "pause");
  }
}
