package io.lighter.cli.engines;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.engines.EngineHost.Outcome;
import io.lighter.cli.session.OrdinaryUser;
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

/** {@code podman --runtime} of an ordinary user: the runtime is called as root of its namespace. */
@RequiresRoot
@RequiresTool("setpriv")
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@RequiresTool(value = "newuidmap", debianPackage = "uidmap")
@RequiresTool("podman")
@RequiresTool("conmon")
@LeavesNothing(cgroups = "/lighter-engines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class RootlessPodmanTest {
  private static final String ACCOUNTS =
      "for f in passwd group subuid subgid; do mount --bind \"$0/$f\" /etc/$f; done";

  @TempDir private static Path folder;
  private EngineHost host;
  private OrdinaryUser user;
  private Podman podman;

  @BeforeAll
  void prepare() throws Exception {
    user = OrdinaryUser.in(folder);
    user.lend("ordinary:" + OrdinaryUser.LENT + ":65536\n");
    user.own(Files.createDirectory(folder.resolve("xdg")));
    Path configuration = Podman.configuration(folder, user.home());
    Path layer = TestImage.in(Files.createDirectory(folder.resolve("image"))).layer();
    host = EngineHost.start(Files.createDirectory(folder.resolve("host")), Map.of());
    assertThat(host.run("sh", "-c", ACCOUNTS, folder.toString()).status()).isZero();
    podman = podman(configuration);
    podman.succeed("import", layer.toString(), "box");
  }

  @AfterAll
  void end() {
    if (host != null) {
      host.close();
    }
  }

  private Podman podman(Path configuration) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + OrdinaryUser.ID, "--regid=" + OrdinaryUser.ID));
    command.addAll(List.of("--init-groups", "env", "-i", "-C", user.home().toString()));
    command.addAll(
        List.of(
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME=" + user.home(),
            "XDG_RUNTIME_DIR=" + folder.resolve("xdg"),
            "CONTAINERS_CONF=" + configuration,
            "podman",
            "--log-level=error",
            "--storage-driver=vfs",
            "--cgroup-manager=cgroupfs",
            "--runtime=" + user.runtime()));
    return Podman.by(host, command);
  }

  @Test
  void shouldRunAContainerInTheForeground() throws Exception {
    Outcome outcome =
        podman.call(
            "run", "--rm", "--network=none", "box", "sh", "-c", "id -u; echo x >&2; exit 7");

    assertThat(outcome).isEqualTo(new Outcome(7, "0\n", "x\n"));
    assertThat(podman.succeed("run", "--rm", "--network=host", "--user=5:6", "box", "id", "-u"))
        .isEqualTo("5\n");
    assertThat(
            podman.succeed("run", "--rm", "--network=none", "--userns=keep-id", "box", "id", "-u"))
        .isEqualTo(OrdinaryUser.ID + "\n");
    assertThat(podman.call("run", "--rm", "--network=none", "box", "no-such-command").status())
        .isEqualTo(127);
  }

  @Test
  void shouldLeadAContainerThroughItsLife() throws Exception {
    podman.succeed("run", "-d", "--name=life", "--network=none", "box", "sh", "-c", Podman.LOOP);

    assertThat(podman.call("exec", "-u", "5:6", "life", "sh", "-c", "id -u; exit 5"))
        .isEqualTo(new Outcome(5, "5\n", ""));
    assertThat(podman.succeed("exec", "-t", "life", "tty")).isEqualTo("/dev/pts/0\r\n");
    while (podman.succeed("logs", "life").isEmpty()) {
      Thread.sleep(50);
    }
    podman.succeed("stop", "life");
    assertThat(podman.succeed("logs", "life")).isEqualTo("hi\nbye\n");
    assertThat(podman.succeed("inspect", "--format={{.State.ExitCode}}", "life")).isEqualTo("3\n");
    podman.succeed("start", "life");
    podman.succeed("kill", "life");
    assertThat(podman.succeed("wait", "life")).isEqualTo("137\n");
    podman.succeed("rm", "life");
    assertThat(podman.succeed("ps", "-a", "--format={{.Names}}")).isEmpty();
  }
}
