package io.lighter.cli.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.session.LighterCommand.Outcome;
import io.lighter.images.json.Fields;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code lighter inspect} and {@code lighter stats} of containers that run. */
@RequiresRoot
// The JDK keeps a socket once the first of a server has been closed.
@LeavesNothing(cgroups = "/lighter/", ignoring = "socket:")
@Timeout(120)
class LookAtContainerTest {
  /** {@code seq 2000000; echo written}, in bytes. */
  private static final long WRITTEN = 14_888_896 + 8;

  @TempDir private Path folder;

  private LighterCommand lighter;

  @BeforeEach
  void prepare() {
    lighter = new LighterCommand(folder.resolve("state"));
  }

  /** Ends with its standard input. */
  private Process start(String... options) throws IOException {
    String[] all = new String[options.length + 3];
    all[0] = "run";
    all[1] = "-i";
    all[2] = "--name=web";
    System.arraycopy(options, 0, all, 3, options.length);
    return lighter.start(all);
  }

  private static void end(Process run) throws IOException, InterruptedException {
    run.getOutputStream().close();
    run.inputReader().transferTo(Writer.nullWriter());
    assertThat(run.waitFor()).isZero();
  }

  private String shown(String... arguments) throws IOException, InterruptedException {
    Outcome outcome = lighter.run(arguments);
    assertThat(outcome.status()).as(outcome.toString()).isZero();
    return outcome.output();
  }

  @Test
  void shouldShowWhatALogHasLost() throws Exception {
    // It takes a connection, and then reads nothing.
    try (ServerSocket dead = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dead.setReceiveBufferSize(4096);
      Process run =
          start(
              "--log-driver=syslog",
              "--log-opt=syslog-address=tcp://127.0.0.1:" + dead.getLocalPort(),
              "--log-opt=mode=drop-newest",
              "--log-opt=max-buffer-size=64k",
              "host",
              "sh",
              "-c",
              "seq 2000000 >&2; echo written; cat");
      Thread drain = Thread.ofVirtual().start(() -> drain(run.getErrorStream()));
      assertThat(run.inputReader().readLine()).isEqualTo("written");

      while (counted("bytes") < WRITTEN) {
        Thread.sleep(20);
      }
      assertThat(counted("bytes")).isEqualTo(WRITTEN);
      assertThat(counted("droppedLines")).isPositive();
      assertThat(counted("droppedBytes")).isBetween(counted("droppedLines"), WRITTEN);
      assertThat(shown("stats", "--no-stream", "--format", "{{.Name}} {{.LogDrops}}", "web"))
          .matches("web [1-9]\\d* / [\\d.]+[kM]B\n");
      assertThat(shown("stats", "--no-stream")).contains("LOG DROPS").contains("web");

      run.getOutputStream().close();
      assertThat(run.waitFor()).isZero();
      drain.join();
    }
    assertThat(folder.resolve("state/log-counters")).isEmptyDirectory();
  }

  private static void drain(InputStream in) {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The process has ended.
    }
  }

  private long counted(String what) throws Exception {
    return inspect().requiredObject("LogStatistics").requiredNumber(what);
  }

  private Fields inspect() throws Exception {
    return Fields.read("inspect", shown("inspect", "-f", "{{json .}}", "web").getBytes(UTF_8));
  }

  @Test
  void shouldInspectWhatRunsWithoutAnImage() throws Exception {
    Process run =
        start(
            "--log-driver=json-file",
            "--log-opt=max-size=10m",
            "--label=team=blue",
            "-e",
            "STAGE=test",
            "-w",
            "/tmp",
            "host",
            "sh",
            "-c",
            "echo ready; cat");
    assertThat(run.inputReader().readLine()).isEqualTo("ready");
    Fields all = inspect();
    Path log = Path.of(all.requiredString("LogPath"));
    assertThat(log).isRegularFile().hasParent(folder.resolve("state/logs/web"));
    assertThat(all.string("Name")).isEqualTo("/web");
    assertThat(all.string("Path")).isEqualTo("sh");
    assertThat(all.strings("Args")).containsExactly("-c", "echo ready; cat");
    assertThat(all.string("Image")).isEmpty();
    String format =
        "{{.State.Status}} {{.HostConfig.LogConfig.Type}} {{json .HostConfig.LogConfig.Config}}"
            + " {{.Config.WorkingDir}} {{.Config.Labels.team}} {{json .LogStatistics}}";
    assertThat(shown("inspect", "--type", "container", "-f", format, "web"))
        .isEqualTo(
            "running json-file {\"max-size\":\"10m\"} /tmp blue"
                + " {\"bytes\":6,\"batches\":1,\"droppedLines\":0,\"droppedBytes\":0,"
                + "\"failures\":0}\n");
    String pid = shown("inspect", "-f", "{{.State.Pid}}", "web").strip();
    assertThat(Files.readString(Path.of("/proc", pid, "comm"))).isEqualTo("sh\n");
    // By the first digits of its id, too.
    String id = all.requiredString("Id");
    assertThat(shown("inspect", "-f", "{{.Name}}", id.substring(0, 12))).isEqualTo("/web\n");

    Outcome commit = lighter.run("commit", "web");
    assertThat(commit.status()).isEqualTo(1);
    assertThat(commit.error()).contains("web runs on files of the host: it has no image");
    assertThat(lighter.run("inspect", "--size", "web").error())
        .contains("the size of a container is not counted yet");
    assertThat(lighter.run("inspect", "--platform", "linux/amd64", "web").error())
        .contains("--platform is for images");
    end(run);
    Outcome ended = lighter.run("inspect", "web");
    assertThat(ended).isEqualTo(new Outcome(1, "[]\n", "Error: No such object: web\n"));
  }

  @Test
  void shouldFollowAContainerUntilItEnds() throws Exception {
    Process run = start("host", "sh", "-c", "echo ready; cat > /dev/null");
    assertThat(run.inputReader().readLine()).isEqualTo("ready");
    Process follower =
        lighter.start("stats", "--no-trunc", "--format", "{{.Name}} {{.CPUPerc}} {{.ID}}", "web");
    String line = "web \\d+\\.\\d\\d% [0-9a-f]{64}";
    assertThat(follower.inputReader().readLine()).matches(line);
    assertThat(follower.inputReader().readLine()).matches(line);
    end(run);
    assertThat(follower.waitFor()).isZero();
    assertThat(lighter.run("stats", "web").error()).contains("No such container: web");
    assertThat(shown("stats", "--no-stream", "--format", "json")).isEmpty();
  }

  @Test
  @RequiresTool("setpriv")
  @RequiresTool(value = "busybox", debianPackage = "busybox-static")
  @RequiresTool(value = "newuidmap", debianPackage = "uidmap")
  void shouldShowAUserTheirOwn() throws Exception {
    OrdinaryUser user = OrdinaryUser.in(folder);
    user.lend("ordinary:" + OrdinaryUser.LENT + ":65536\n");
    String root = user.root().toString();
    String[] run =
        "run -i --name=web --log-driver=native --rootfs ROOT sh -c"
            .replace("ROOT", root)
            .split(" ", -1);
    String[] words = Arrays.copyOf(run, run.length + 1);
    words[run.length] = "echo ready; cat";
    Process web = user.start(List.of(), List.of(), words);
    assertThat(web.inputReader().readLine()).isEqualTo("ready");

    String format = "{{.Name}} {{.State.Status}} {{.LogStatistics.bytes}}";
    assertThat(user.lighter("inspect", "-f", format, "web"))
        .isEqualTo(new Outcome(0, "/web running 6\n", ""));
    // It is in a user namespace beside that of who looks, who may not look at its network.
    format = "{{.Name}} {{.LogDrops}} {{.NetIO}}";
    assertThat(user.lighter("stats", "--no-stream", "--format", format))
        .isEqualTo(new Outcome(0, "web 0 / 0B -- / --\n", ""));
    assertThat(lighter.run("inspect", "web").error()).contains("No such object: web");
    end(web);
    assertThat(user.lighter("inspect", "web").error()).contains("No such object: web");
  }

  @Test
  void shouldNotShowARunThatWasKilled() throws Exception {
    Process run = start("--log-driver=native", "host", "sh", "-c", "echo ready; cat");
    assertThat(run.inputReader().readLine()).isEqualTo("ready");
    assertThat(shown("inspect", "-f", "{{.Name}}", "web")).isEqualTo("/web\n");
    run.destroyForcibly().waitFor();
    assertThat(lighter.run("inspect", "web").error()).contains("No such object: web");
    // What it left behind is in nobody's way.
    Process next = start("--log-driver=native", "host", "sh", "-c", "echo next; cat");
    assertThat(next.inputReader().readLine()).isEqualTo("next");
    assertThat(shown("inspect", "-f", "{{.LogStatistics.bytes}}", "web")).isEqualTo("5\n");
    end(next);
  }
}
