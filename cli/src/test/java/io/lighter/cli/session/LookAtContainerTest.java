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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    return startUnnamed(
        Stream.concat(Stream.of("--name=web"), Stream.of(options)).toArray(String[]::new));
  }

  /** The same without a name. */
  private Process startUnnamed(String... options) throws IOException {
    return lighter.start(
        Stream.concat(Stream.of("run", "-i"), Stream.of(options)).toArray(String[]::new));
  }

  /** Returns the ids of those that run, once there are so many. */
  private List<String> ids(int count) throws IOException, InterruptedException {
    List<String> ids = List.of();
    while (ids.size() != count) {
      String all = shown("stats", "--no-stream", "--no-trunc", "--format", "{{.ID}}");
      ids = all.lines().toList();
    }
    return ids;
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

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldShowWhatALogHasLost(boolean named) throws Exception {
    // It takes a connection, and then reads nothing.
    try (ServerSocket dead = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dead.setReceiveBufferSize(4096);
      Process run =
          startUnnamed(
              named ? "--name=web" : "--name=",
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

      String id = ids(1).getFirst();
      String name = named ? "web" : id.substring(0, 12);
      while (counted(name, "bytes") < WRITTEN) {
        Thread.sleep(20);
      }
      assertThat(counted(id, "bytes")).isEqualTo(WRITTEN);
      assertThat(counted(name, "droppedLines")).isPositive();
      assertThat(counted(name, "droppedBytes")).isBetween(counted(name, "droppedLines"), WRITTEN);
      assertThat(shown("stats", "--no-stream", "--format", "{{.Name}} {{.LogDrops}}", name))
          .matches(name + " [1-9]\\d* / [\\d.]+[kM]B\n");
      assertThat(shown("stats", "--no-stream")).contains("LOG DROPS").contains(name);

      run.getOutputStream().close();
      assertThat(run.waitFor()).isZero();
      drain.join();
    }
    assertThat(folder.resolve("state/log-counters")).isEmptyDirectory();
    assertThat(folder.resolve("state/names")).isEmptyDirectory();
  }

  private static void drain(InputStream in) {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The process has ended.
    }
  }

  private long counted(String container, String what) throws Exception {
    return inspect(container).requiredObject("LogStatistics").requiredNumber(what);
  }

  private Fields inspect(String container) throws Exception {
    return Fields.read("inspect", shown("inspect", "-f", "{{json .}}", container).getBytes(UTF_8));
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
    Fields all = inspect("web");
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
    Process other =
        user.start(
            List.of(), List.of(), "run", "-i", "--rootfs", root, "sh", "-c", "echo ready; cat");
    assertThat(other.inputReader().readLine()).isEqualTo("ready");
    String id = "";
    while (id.isEmpty()) {
      id = user.lighter("stats", "--no-stream", "--format", "{{.ID}}").output().strip();
    }
    assertThat(user.lighter("inspect", "-f", "{{.Name}} {{.State.Status}}", id))
        .isEqualTo(new Outcome(0, "/" + id + " running\n", ""));
    end(other);
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
  void shouldKnowWhatRunsWithoutAName() throws Exception {
    Process run = startUnnamed("host", "sh", "-c", "echo ready; cat");
    assertThat(run.inputReader().readLine()).isEqualTo("ready");
    String id = ids(1).getFirst();
    assertThat(shown("inspect", "-f", "{{.Id}} {{.Name}} {{.State.Status}}", id.substring(0, 4)))
        .isEqualTo(id + " /" + id.substring(0, 12) + " running\n");
    // Its environment may have secrets.
    assertThat(Files.getPosixFilePermissions(folder.resolve("state/names").resolve(id)))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(lighter.run("commit", id).error()).contains("it has no image under it");
    Outcome thief = lighter.run("run", "--name=" + id, "host", "true");
    assertThat(thief.status()).isEqualTo(125);
    assertThat(thief.error()).contains("\"" + id + "\" is in use");
    assertThat(ids(1)).containsExactly(id);
    end(run);
    assertThat(lighter.run("inspect", id).error()).contains("No such object: " + id);
    assertThat(folder.resolve("state/names")).isEmptyDirectory();
  }

  @Test
  void shouldSweepWhatAKilledRunWithoutANameHasLeft() throws Exception {
    String[] logged = {"--log-driver=native", "--log-opt=path=" + folder.resolve("log"), "host"};
    Process lives = startUnnamed("host", "sh", "-c", "echo ready; cat");
    assertThat(lives.inputReader().readLine()).isEqualTo("ready");
    String alive = ids(1).getFirst();
    Process run =
        startUnnamed(
            Stream.concat(Stream.of(logged), Stream.of("sh", "-c", "echo ready; cat"))
                .toArray(String[]::new));
    assertThat(run.inputReader().readLine()).isEqualTo("ready");
    String id = ids(2).getLast();
    assertThat(folder.resolve("state/log-counters").resolve(id)).exists();
    run.destroyForcibly().waitFor();
    assertThat(ids(1)).containsExactly(alive);
    Path left = folder.resolve("state/names").resolve(id);
    assertThat(left).exists();
    // What a killed one of a name has left is there for the next of that name.
    Path own = Files.writeString(left.resolveSibling("web"), "");

    Process next = startUnnamed("host", "sh", "-c", "echo next; cat");
    assertThat(next.inputReader().readLine()).isEqualTo("next");
    while (Files.exists(left)) {
      Thread.sleep(20);
    }
    assertThat(ids(2)).startsWith(alive);
    assertThat(folder.resolve("state/log-counters")).isEmptyDirectory();
    assertThat(own).exists();
    end(next);
    assertThat(ids(1)).containsExactly(alive);
    end(lives);
    Files.delete(own);
    assertThat(left.getParent()).isEmptyDirectory();
  }

  @Test
  void shouldRunWithoutANameWhereThereCanBeNoEntry() throws Exception {
    Files.createDirectory(folder.resolve("state"));
    Files.writeString(folder.resolve("state/names"), "");
    Outcome outcome = lighter.run("run", "host", "sh", "-c", "echo out; sleep 0.1; exit 3");
    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.output()).isEqualTo("out\n");
    assertThat(outcome.error())
        .startsWith("lighter run: warning: inspect and stats do not show this container: ")
        .contains(folder.resolve("state/names").toString(), "ENOTDIR");
    Outcome named = lighter.run("run", "--name=web", "host", "true");
    assertThat(named.status()).isEqualTo(125);
    assertThat(named.error()).contains("the container cannot be entered in", "ENOTDIR");
  }

  @Test
  @RequiresTool("strace")
  void shouldRunWithoutANameOnAFullDisk() throws Exception {
    String[] run = {"run", "host", "sh", "-c", "echo out; sleep 0.1; exit 3"};
    Outcome outcome = lighter.runWithout("pwrite64", "ENOSPC", run);
    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.output()).isEqualTo("out\n");
    assertThat(outcome.error())
        .startsWith("lighter run: warning: inspect and stats do not show this container: ")
        .contains("ENOSPC");
    assertThat(folder.resolve("state/names")).isEmptyDirectory();
    run = new String[] {"run", "--name=web", "host", "sleep", "600"};
    outcome = lighter.runWithout("pwrite64", "ENOSPC", run);
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.error()).contains("the container cannot be entered in", "ENOSPC");
    assertThat(folder.resolve("state/names")).isEmptyDirectory();
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
