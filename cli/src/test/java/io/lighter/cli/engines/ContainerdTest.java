package io.lighter.cli.engines;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.engines.EngineHost.Outcome;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  @TempDir private static Path folder;
  private EngineHost host;
  private Containerd containerd;

  @BeforeAll
  void prepare() throws Exception {
    host = EngineHost.start(folder, Map.of());
    containerd = Containerd.start(host, folder, TestImage.in(folder));
  }

  @AfterAll
  void end() {
    if (host != null) {
      host.close();
    }
  }

  private Outcome runToItsEnd(String... command) throws IOException, InterruptedException {
    List<String> line = containerd.run("--rm");
    line.add("foreground");
    line.addAll(List.of(command));
    return containerd.call(line.toArray(String[]::new));
  }

  private void runDetached(String id, String... command) throws IOException, InterruptedException {
    List<String> line = containerd.run("--detach");
    line.add(id);
    line.addAll(List.of(command));
    // To a file, which the container keeps open.
    containerd.succeed(line.toArray(String[]::new));
  }

  private String status(String id) throws IOException, InterruptedException {
    for (String line : containerd.succeed("task", "ls").lines().toList()) {
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
    assertThat(containerd.succeed("task", "ls", "-q")).isEmpty();
  }

  @Test
  void shouldRunFurtherProcesses() throws Exception {
    runDetached("exec", "sleep", "600");

    // Without the sleep ctr may lose it, with runc too: the FIFO is gone before it has opened it.
    String script = "id -u; sleep 1; exit 5";
    assertThat(containerd.call("task", "exec", "--exec-id=a", "exec", "sh", "-c", script))
        .isEqualTo(new Outcome(5, "0\n", ""));
    assertThat(
            host.runWith("in", containerd.command("task", "exec", "--exec-id=b", "exec", "cat"))
                .output())
        .isEqualTo("in");
    assertThat(containerd.call("task", "exec", "--exec-id=c", "exec", "no-such-command").error())
        .contains("OCI runtime exec failed: exec \"no-such-command\": executable file not found");
    String terminal =
        String.join(" ", containerd.command("task", "exec", "-t", "--exec-id=d", "exec", "tty"));
    assertThat(host.run("script", "-qec", terminal, "/dev/null").output()).contains("/dev/pts/0");
    containerd.succeed("task", "exec", "-d", "--exec-id=e", "exec", "sleep", "601");
    assertThat(containerd.succeed("task", "ps", "exec")).contains("ExecID:e").hasLineCount(3);
    containerd.succeed("task", "kill", "--exec-id=e", "-s=KILL", "exec");
    containerd.succeed("task", "rm", "-f", "exec");
    containerd.succeed("container", "rm", "exec");
  }

  @Test
  void shouldGiveATerminal() throws Exception {
    List<String> line = containerd.run("--rm", "-t");
    line.addAll(List.of("terminal", "sh", "-c", "'tty; exit 3'"));
    String command = String.join(" ", containerd.command(line.toArray(String[]::new)));

    Outcome outcome = host.run("script", "-qec", command, "/dev/null");

    assertThat(outcome.output()).contains("/dev/pts/0");
    assertThat(outcome.status()).isEqualTo(3);
  }

  @Test
  void shouldEndByASignalAndStartAgain() throws Exception {
    Path log = folder.resolve("log");
    List<String> line = containerd.run("--detach", "--log-uri=file://" + log);
    line.addAll(List.of("kill", "sh", "-c", Podman.LOOP));
    containerd.succeed(line.toArray(String[]::new));
    while (!Files.exists(log) || !Files.readString(log).contains("hi\n")) {
      Thread.sleep(50);
    }

    containerd.succeed("task", "kill", "kill");
    awaitStopped("kill");
    assertThat(containerd.call("task", "rm", "kill").error()).contains("non-zero exit code 3");
    assertThat(Files.readString(log)).isEqualTo("hi\nbye\n");

    containerd.succeed("task", "start", "--detach", "--null-io", "kill");
    containerd.succeed("task", "kill", "--all", "-s=KILL", "kill");
    awaitStopped("kill");
    assertThat(containerd.call("task", "rm", "kill").error()).contains("non-zero exit code 137");
    containerd.succeed("container", "rm", "kill");
  }

  @Test
  void shouldPauseAndCount() throws Exception {
    runDetached("pause", "sleep", "600");

    containerd.succeed("task", "pause", "pause");
    assertThat(status("pause")).isEqualTo("PAUSED");
    containerd.succeed("task", "resume", "pause");
    assertThat(status("pause")).isEqualTo("RUNNING");
    assertThat(containerd.succeed("task", "metrics", "pause")).contains("cpu.usage_usec");
    containerd.succeed("task", "rm", "-f", "pause");
    containerd.succeed("container", "rm", "pause");
  }
}
