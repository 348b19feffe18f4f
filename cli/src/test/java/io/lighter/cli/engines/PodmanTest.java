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

/** {@code podman --runtime} and conmon with {@code lighter oci}. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@RequiresTool("podman")
@RequiresTool("conmon")
@LeavesNothing(cgroups = "/lighter-engines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class PodmanTest {
  /** Without limits that need a privilege or a controller, which not every host gives. */
  private static final String CONFIGURATION =
      """
      [containers]
      default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
      pids_limit = 0
      [engine]
      events_logger = "file"
      lock_type = "file"
      runtime_supports_json = ["lighter-runtime"]
      [network]
      network_config_dir = "FOLDER/networks"
      """;

  private static final String LOOP =
      "trap 'echo bye; exit 3' TERM; echo hi; while :; do sleep 1; done";

  @TempDir private static Path folder;
  private EngineHost host;

  @BeforeAll
  void prepare() throws Exception {
    Path configuration = folder.resolve("containers.conf");
    Files.writeString(configuration, CONFIGURATION.replace("FOLDER", folder.toString()));
    host = EngineHost.start(folder, Map.of("CONTAINERS_CONF", configuration.toString()));
    succeed("import", TestImage.in(folder).layer().toString(), "box");
  }

  @AfterAll
  void end() {
    if (host != null) {
      host.close();
    }
  }

  private String[] command(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "podman",
                // It warns of every controller that the host lacks.
                "--log-level=error",
                "--root=" + folder.resolve("storage"),
                "--runroot=/run/podman",
                "--tmpdir=/run/podman-tmp",
                "--storage-driver=vfs",
                "--cgroup-manager=cgroupfs",
                "--runtime=" + host.runtime()));
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }

  private Outcome podman(String... arguments) throws IOException, InterruptedException {
    return host.run(command(arguments));
  }

  private String succeed(String... arguments) throws IOException, InterruptedException {
    Outcome outcome = podman(arguments);
    assertThat(outcome.status()).as(outcome.toString()).isZero();
    return outcome.output();
  }

  private String inspect(String name, String field) throws IOException, InterruptedException {
    return succeed("inspect", "--format", "{{." + field + "}}", name).strip();
  }

  private void run(String name, String... command) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("run", "-d", "--name", name, "--network=none"));
    line.add("box");
    line.addAll(List.of(command));
    succeed(line.toArray(String[]::new));
  }

  @Test
  void shouldRunAContainerInTheForeground() throws Exception {
    Outcome outcome =
        host.runWith(
            "in",
            command(
                "run",
                "--rm",
                "-i",
                "--network=none",
                "box",
                "sh",
                "-c",
                "cat; echo; echo err >&2; ls /proc/self/fd; exit 7"));

    // 3 is the folder that ls reads.
    assertThat(outcome).isEqualTo(new Outcome(7, "in\n0\n1\n2\n3\n", "err\n"));
    assertThat(podman("run", "--rm", "--network=host", "box", "no-such-command").status())
        .isEqualTo(127);
    assertThat(succeed("ps", "-a", "--format={{.Names}}")).isEmpty();
  }

  @Test
  void shouldRunFurtherProcesses() throws Exception {
    run("exec", "sleep", "600");

    assertThat(podman("exec", "-u", "5:6", "exec", "sh", "-c", "id -u; id -g; exit 5"))
        .isEqualTo(new Outcome(5, "5\n6\n", ""));
    assertThat(host.runWith("in", command("exec", "-i", "exec", "cat")).output()).isEqualTo("in");
    assertThat(podman("exec", "exec", "no-such-command").status()).isEqualTo(127);
    assertThat(succeed("exec", "-t", "exec", "tty")).isEqualTo("/dev/pts/0\r\n");
    succeed("exec", "-d", "exec", "sleep", "601");
    assertThat(succeed("top", "exec", "args")).contains("sleep 600").contains("sleep 601");
    succeed("rm", "-f", "-t=0", "exec");
  }

  @Test
  void shouldGiveATerminal() throws Exception {
    String line =
        String.join(
            " ",
            command("run", "--rm", "-it", "--network=none", "box", "sh", "-c", "'tty; exit 3'"));

    Outcome outcome = host.run("script", "-qec", line, "/dev/null");

    assertThat(outcome.output()).contains("/dev/pts/0");
    assertThat(outcome.status()).isEqualTo(3);
  }

  @Test
  void shouldStopByTheSignalAndKeepTheLog() throws Exception {
    run("stop", "sh", "-c", LOOP);
    while (succeed("logs", "stop").isEmpty()) {
      Thread.sleep(50);
    }

    succeed("stop", "stop");

    assertThat(inspect("stop", "State.ExitCode")).isEqualTo("3");
    assertThat(succeed("logs", "stop")).isEqualTo("hi\nbye\n");

    succeed("start", "stop");
    succeed("kill", "stop");
    assertThat(succeed("wait", "stop")).isEqualTo("137\n");
    succeed("rm", "stop");
  }

  @Test
  void shouldPauseAndCount() throws Exception {
    run("pause", "sleep", "600");

    succeed("pause", "pause");
    assertThat(inspect("pause", "State.Status")).isEqualTo("paused");
    succeed("unpause", "pause");
    assertThat(inspect("pause", "State.Status")).isEqualTo("running");
    assertThat(succeed("stats", "--no-stream", "--format={{.Name}} {{.UpTime}}", "pause"))
        .startsWith("pause ")
        .doesNotContain(" 0s");
    succeed("rm", "-f", "-t=0", "pause");
  }

  @Test
  void shouldRemoveWhatWasNeverStarted() throws Exception {
    succeed(
        "create", "--name=init", "--network=none", "--uidmap=0:100000:65536", "box", "id", "-u");
    succeed("init", "init");
    assertThat(inspect("init", "State.Status")).isEqualTo("initialized");
    succeed("rm", "init");

    assertThat(
            succeed("run", "--rm", "--network=none", "--uidmap=0:100000:65536", "box", "id", "-u"))
        .isEqualTo("0\n");
  }
}
