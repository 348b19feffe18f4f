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

/** Podman and containerd with systemd's cgroup driver, on a host whose first process is systemd. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@RequiresTool(value = "systemctl", debianPackage = "systemd")
@RequiresTool(value = "dbus-daemon", debianPackage = "dbus-daemon")
@RequiresTool("podman")
@RequiresTool("conmon")
@RequiresTool("containerd")
@RequiresTool(value = "ctr", debianPackage = "containerd")
@LeavesNothing(cgroups = "/lighter-engines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class SystemdEnginesTest {
  @TempDir private static Path folder;
  private EngineHost host;
  private Podman podman;

  @BeforeAll
  void prepare() throws Exception {
    Path configuration = Podman.configuration(folder, folder);
    host = SystemdHost.start(folder, Map.of("CONTAINERS_CONF", configuration.toString()));
    podman = Podman.ofRoot(host, folder, "systemd");
  }

  @AfterAll
  void end() {
    if (host != null) {
      host.close();
    }
  }

  private String show(String unit, String property) throws IOException, InterruptedException {
    return SystemdHost.show(host, unit, property).strip();
  }

  private String cgroupOf(String pid) throws IOException, InterruptedException {
    return host.run("cat", "/proc/" + pid + "/cgroup").output().lines().toList().getLast();
  }

  private void awaitGone(String unit) throws IOException, InterruptedException {
    while (!show(unit, "LoadState").equals("LoadState=not-found")) {
      Thread.sleep(50);
    }
  }

  @Test
  void shouldLeadAContainerOfPodmansThroughItsLifeInAScope() throws Exception {
    podman.run("life", "sh", "-c", Podman.LOOP);
    String id = podman.inspect("life", "Id");
    String scope = "libpod-" + id + ".scope";
    String pid = podman.inspect("life", "State.Pid");

    assertThat(cgroupOf(pid)).endsWith("/machine.slice/" + scope);
    assertThat(show(scope, "ActiveState")).isEqualTo("ActiveState=active");
    assertThat(show(scope, "Slice")).isEqualTo("Slice=machine.slice");
    assertThat(podman.call("exec", "life", "sh", "-c", "cat /proc/self/cgroup; exit 5"))
        .extracting(Outcome::status)
        .isEqualTo(5);
    podman.succeed("pause", "life");
    assertThat(podman.inspect("life", "State.Status")).isEqualTo("paused");
    podman.succeed("unpause", "life");
    assertThat(podman.succeed("top", "life", "args")).contains("sh -c");
    while (podman.succeed("logs", "life").isEmpty()) {
      Thread.sleep(50);
    }

    podman.succeed("stop", "life");

    assertThat(podman.inspect("life", "State.ExitCode")).isEqualTo("3");
    awaitGone(scope);
    podman.succeed("start", "life");
    assertThat(show(scope, "ActiveState")).isEqualTo("ActiveState=active");
    podman.succeed("rm", "-f", "-t=0", "life");
    awaitGone(scope);
  }

  @Test
  void shouldRunAContainerOfPodmansInTheForeground() throws Exception {
    Outcome outcome =
        podman.call(
            "run", "--rm", "--network=none", "box", "sh", "-c", "echo out; echo err >&2; exit 7");

    assertThat(outcome).isEqualTo(new Outcome(7, "out\n", "err\n"));
  }

  @Test
  void shouldLeadAContainerOfContainerdsThroughItsLifeInAScope() throws Exception {
    Containerd containerd =
        Containerd.start(
            host, folder, TestImage.in(Files.createDirectory(folder.resolve("containerd-image"))));
    Path pidFile = folder.resolve("box.pid");
    List<String> line =
        containerd.run("--detach", "--runc-systemd-cgroup", "--pid-file=" + pidFile);
    line.addAll(List.of("box", "sleep", "600"));
    // ctr has no way to say so itself; this is how kubelets name them.
    line.add(1, "--cgroup=system.slice:ctr:box");
    containerd.succeed(line.toArray(String[]::new));
    String pid = Files.readString(pidFile).strip();

    assertThat(cgroupOf(pid)).endsWith("/system.slice/ctr-box.scope");
    assertThat(show("ctr-box.scope", "ActiveState")).isEqualTo("ActiveState=active");
    // Without the sleep ctr may lose it, with runc too: the FIFO is gone before it has opened it.
    String script = "id -u; sleep 1; exit 5";
    assertThat(containerd.call("task", "exec", "--exec-id=a", "box", "sh", "-c", script))
        .isEqualTo(new Outcome(5, "0\n", ""));
    containerd.succeed("task", "pause", "box");
    containerd.succeed("task", "resume", "box");
    assertThat(containerd.succeed("task", "metrics", "box")).contains("cpu.usage_usec");
    containerd.succeed("task", "rm", "-f", "box");
    containerd.succeed("container", "rm", "box");
    awaitGone("ctr-box.scope");
  }
}
