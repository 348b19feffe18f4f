package io.lighter.cli.engines;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.engines.EngineHost.Outcome;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.TestCriu;
import java.nio.file.Path;
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
  @TempDir private static Path folder;
  private EngineHost host;
  private Podman podman;

  @BeforeAll
  void prepare() throws Exception {
    host =
        EngineHost.start(
            folder, Map.of("CONTAINERS_CONF", Podman.configuration(folder, folder).toString()));
    podman = Podman.ofRoot(host, folder, "cgroupfs");
  }

  @AfterAll
  void end() {
    if (host != null) {
      host.close();
    }
  }

  @Test
  void shouldRunAContainerInTheForeground() throws Exception {
    Outcome outcome =
        host.runWith(
            "in",
            podman.command(
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
    assertThat(podman.call("run", "--rm", "--network=host", "box", "no-such-command").status())
        .isEqualTo(127);
    assertThat(podman.succeed("ps", "-a", "--format={{.Names}}")).isEmpty();
  }

  @Test
  void shouldRunFurtherProcesses() throws Exception {
    podman.run("exec", "sleep", "600");

    assertThat(podman.call("exec", "-u", "5:6", "exec", "sh", "-c", "id -u; id -g; exit 5"))
        .isEqualTo(new Outcome(5, "5\n6\n", ""));
    assertThat(host.runWith("in", podman.command("exec", "-i", "exec", "cat")).output())
        .isEqualTo("in");
    assertThat(podman.call("exec", "exec", "no-such-command").status()).isEqualTo(127);
    assertThat(podman.succeed("exec", "-t", "exec", "tty")).isEqualTo("/dev/pts/0\r\n");
    podman.succeed("exec", "-d", "exec", "sleep", "601");
    assertThat(podman.succeed("top", "exec", "args")).contains("sleep 600").contains("sleep 601");
    podman.succeed("rm", "-f", "-t=0", "exec");
  }

  @Test
  void shouldGiveATerminal() throws Exception {
    String line =
        String.join(
            " ",
            podman.command(
                "run", "--rm", "-it", "--network=none", "box", "sh", "-c", "'tty; exit 3'"));

    Outcome outcome = host.run("script", "-qec", line, "/dev/null");

    assertThat(outcome.output()).contains("/dev/pts/0");
    assertThat(outcome.status()).isEqualTo(3);
  }

  @Test
  void shouldStopByTheSignalAndKeepTheLog() throws Exception {
    podman.run("stop", "sh", "-c", Podman.LOOP);
    while (podman.succeed("logs", "stop").isEmpty()) {
      Thread.sleep(50);
    }

    podman.succeed("stop", "stop");

    assertThat(podman.inspect("stop", "State.ExitCode")).isEqualTo("3");
    assertThat(podman.succeed("logs", "stop")).isEqualTo("hi\nbye\n");

    podman.succeed("start", "stop");
    podman.succeed("kill", "stop");
    assertThat(podman.succeed("wait", "stop")).isEqualTo("137\n");
    podman.succeed("rm", "stop");
  }

  @Test
  void shouldPauseAndCount() throws Exception {
    podman.run("pause", "sleep", "600");

    podman.succeed("pause", "pause");
    assertThat(podman.inspect("pause", "State.Status")).isEqualTo("paused");
    podman.succeed("unpause", "pause");
    assertThat(podman.inspect("pause", "State.Status")).isEqualTo("running");
    assertThat(podman.succeed("stats", "--no-stream", "--format={{.Name}} {{.UpTime}}", "pause"))
        .startsWith("pause ")
        .doesNotContain(" 0s");
    podman.succeed("rm", "-f", "-t=0", "pause");
  }

  @Test
  void shouldRemoveWhatWasNeverStarted() throws Exception {
    podman.succeed(
        "create", "--name=init", "--network=none", "--uidmap=0:100000:65536", "box", "id", "-u");
    podman.succeed("init", "init");
    assertThat(podman.inspect("init", "State.Status")).isEqualTo("initialized");
    podman.succeed("rm", "init");

    assertThat(
            podman.succeed(
                "run", "--rm", "--network=none", "--uidmap=0:100000:65536", "box", "id", "-u"))
        .isEqualTo("0\n");
  }

  @Test
  @RequiresTool("criu")
  void shouldWriteDownAndMakeAgain() throws Exception {
    String criu = "--runtime-flag=criu=" + TestCriu.find();
    podman.run("kept", "sh", "-c", "n=0; while :; do n=$((n+1)); echo $n; sleep 0.1; done");
    while (podman.succeed("logs", "kept").isEmpty()) {
      Thread.sleep(50);
    }

    podman.succeed(criu, "container", "checkpoint", "kept");
    assertThat(podman.inspect("kept", "State.Status")).isEqualTo("exited");
    List<String> before = podman.succeed("logs", "kept").lines().toList();

    podman.succeed(criu, "container", "restore", "kept");
    assertThat(podman.inspect("kept", "State.Status")).isEqualTo("running");
    String next = Integer.toString(Integer.parseInt(before.getLast()) + 1);
    while (podman.succeed("logs", "kept").lines().noneMatch(next::equals)) {
      Thread.sleep(50);
    }
    assertThat(podman.succeed("logs", "kept").lines().filter("1"::equals)).hasSize(1);
    podman.succeed("rm", "-f", "-t=0", "kept");
  }
}
