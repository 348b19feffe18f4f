package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lighter.cli.OurProgram;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.SocketMessage;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecWriter;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lighter oci} as conmon and containerd's shim call it: each call a process of its own. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
class OciCommandTest {
  private static final String ID = "lighter-oci-test";

  @TempDir private Path folder;

  @BeforeEach
  void makeRoot() throws IOException {
    Path programs = Files.createDirectories(folder.resolve("rootfs/bin"));
    Files.copy(Path.of("/bin/busybox"), programs.resolve("busybox"));
    for (String applet : List.of("sh", "cat", "sleep", "id", "pwd", "env", "kill", "tty", "true")) {
      Files.createSymbolicLink(programs.resolve(applet), Path.of("busybox"));
    }
  }

  @AfterEach
  void deleteContainer() throws Exception {
    assertThat(oci("delete", "--force", ID).status()).isZero();
  }

  private record Outcome(int status, String output, String error) {}

  private void configure(String script, Consumer<io.lighter.runtime.spec.Process.Draft> change)
      throws IOException {
    Spec spec = ExampleSpec.ofRoot();
    io.lighter.runtime.spec.Process process = Objects.requireNonNull(spec.process());
    SpecWriter.write(
        spec.with(
            s -> {
              s.process =
                  process
                      .with(
                          p -> {
                            p.terminal = false;
                            p.args = List.of("sh", "-c", script);
                          })
                      .with(change);
              // Device rules need BPF, which not every host gives.
              s.linux = spec.linuxOrEmpty().with(l -> l.resources = null);
            }),
        folder.resolve("config.json"));
  }

  private void configure(String script) throws IOException {
    configure(script, p -> {});
  }

  /** Runs a command to its end; what it writes goes to files, which a container may keep open. */
  private Outcome oci(String... arguments) throws IOException, InterruptedException {
    return call(builder(List.of(), arguments));
  }

  private ProcessBuilder builder(List<String> wrapper, String... arguments) {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(OurProgram.command());
    command.addAll(
        List.of(
            "oci",
            "--root",
            folder.resolve("state").toString(),
            "--log",
            folder.resolve("log").toString(),
            "--log-format",
            "json"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).directory(folder.toFile());
  }

  private Outcome call(ProcessBuilder builder) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        builder
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int status = process.waitFor();
    return new Outcome(status, Files.readString(out), Files.readString(err));
  }

  private void succeed(String... arguments) throws IOException, InterruptedException {
    assertThat(oci(arguments)).isEqualTo(new Outcome(0, "", ""));
  }

  private JsonNode state() throws IOException, InterruptedException {
    return new ObjectMapper().readTree(oci("state", ID).output());
  }

  private void awaitStatus(String status) throws IOException, InterruptedException {
    while (!state().get("status").textValue().equals(status)) {
      Thread.sleep(20);
    }
  }

  @Test
  void shouldLeadAContainerThroughItsLife() throws Exception {
    configure("echo started > /proc/self/fd/1; exec sleep 1000", p -> {});
    Path pidFile = folder.resolve("pid");

    succeed("create", "--bundle", folder.toString(), "--pid-file", pidFile.toString(), ID);
    JsonNode created = state();
    assertThat(created.get("status").textValue()).isEqualTo("created");
    assertThat(Files.readString(pidFile)).isEqualTo(created.get("pid").asText());
    assertThat(created.get("bundle").textValue()).isEqualTo(folder.toRealPath().toString());
    assertThat(oci("list", "-q").output()).isEqualTo(ID + "\n");

    assertThat(oci("start", ID).status()).isZero();
    awaitStatus("running");
    assertThat(oci("ps", "--format", "json", ID).output())
        .isEqualTo("[" + created.get("pid").asText() + "]\n");
    assertThat(oci("start", ID).status()).isEqualTo(1);
    assertThat(oci("delete", ID).status()).isEqualTo(1);

    succeed("kill", ID, "KILL");
    awaitStatus("stopped");
    Outcome again = oci("kill", ID, "TERM");
    assertThat(again.status()).isEqualTo(1);
    // containerd takes these words for the end that it waited for.
    assertThat(again.error()).contains("container not running");
    succeed("delete", ID);
    Outcome gone = oci("state", ID);
    assertThat(gone.status()).isEqualTo(1);
    assertThat(gone.error()).contains("does not exist");
    assertThat(Files.readString(folder.resolve("log"))).contains("\"level\":\"error\"");
  }

  @Test
  void shouldRunInTheForegroundAndPassTheExitCodeOn() throws Exception {
    configure("cat; echo out; echo err >&2; exit 7");

    assertThat(oci("run", ID)).isEqualTo(new Outcome(7, "out\n", "err\n"));
    assertThat(oci("state", ID).status()).isEqualTo(1);
    assertThat(oci("run", "--keep", ID).status()).isEqualTo(7);
    assertThat(state().get("status").textValue()).isEqualTo("stopped");
  }

  @Test
  void shouldPassSignalsOnAsTheyAre() throws Exception {
    configure("trap 'echo got TERM; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
    Process process = builder(List.of(), "run", ID).start();
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("ready");
      process.toHandle().destroy();
      assertThat(output.readLine()).isEqualTo("got TERM");
      assertThat(process.waitFor()).isEqualTo(3);
    }
  }

  @Test
  void shouldHandTheStreamsOfACreatedContainerDown() throws Exception {
    configure("echo from the container");
    Path output = folder.resolve("container-output");
    Process create =
        builder(List.of(), "create", ID)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile())
            .start();
    assertThat(create.waitFor()).isZero();
    assertThat(output).isEmptyFile();

    succeed("start", ID);
    awaitStatus("stopped");
    assertThat(output).hasContent("from the container");
  }

  @Test
  void shouldExecFurtherProcesses() throws Exception {
    configure("exec sleep 1000");
    succeed("run", "--detach", ID);

    assertThat(
            oci(
                "exec",
                "-u",
                "1:2",
                "--cwd",
                "/bin",
                "-e",
                "A=b",
                ID,
                "sh",
                "-c",
                "id -u; id -g; pwd; echo $A; exit 5"))
        .isEqualTo(new Outcome(5, "1\n2\n/bin\nb\n", ""));
    Outcome missing = oci("exec", ID, "no-such-command");
    assertThat(missing.status()).isEqualTo(255);
    assertThat(missing.error()).contains("executable file not found in $PATH");

    Path json = folder.resolve("process.json");
    Files.writeString(
        json,
        "{\"args\":[\"sleep\",\"100\"],\"env\":[\"PATH=/bin\"],\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0}}");
    Path pidFile = folder.resolve("exec-pid");
    succeed("exec", "--process", json.toString(), "--pid-file", pidFile.toString(), "--detach", ID);
    assertThat(oci("ps", "--format", "json", ID).output()).contains(Files.readString(pidFile));
  }

  @Test
  void shouldPauseAndResume() throws Exception {
    configure("exec sleep 1000");
    succeed("run", "-d", ID);

    succeed("pause", ID);
    assertThat(state().get("status").textValue()).isEqualTo("paused");
    assertThat(oci("exec", ID, "id").status()).isEqualTo(255);
    succeed("resume", ID);
    assertThat(state().get("status").textValue()).isEqualTo("running");
    assertThat(oci("events", "--stats", ID).output())
        .startsWith("{\"type\":\"stats\",\"id\":\"" + ID + "\",\"data\":{\"cpu\":{\"usage\":{");
  }

  @Test
  void shouldDeleteWhatWasNeverStarted() throws Exception {
    configure("exec sleep 1000");
    succeed("create", ID);

    succeed("delete", ID);
    assertThat(oci("state", ID).error()).contains("does not exist");
  }

  @Test
  void shouldTakeTheKillOfAllForDoneWhenNobodyIsLeft() throws Exception {
    configure("true");
    assertThat(oci("run", "--keep", ID).status()).isZero();

    succeed("kill", "--all", ID, "KILL");
    assertThat(oci("kill", ID, "KILL").status()).isEqualTo(1);
  }

  /** A socket that somebody listens at, such as conmon. */
  private Fd listen(String name) {
    Linux linux = Linux.kernel();
    Fd socket = linux.sockets().socket(SocketFlags.AF_UNIX, SocketFlags.SOCK_STREAM, 0);
    try (Fd here =
        linux
            .files()
            .openat(Fd.WORKING_FOLDER, folder.toString(), Fcntl.O_PATH | Fcntl.O_DIRECTORY, 0)) {
      assertThat(linux.sockets().bind(socket, here, name)).isTrue();
      linux.sockets().listen(socket, 1);
    }
    return socket;
  }

  /** Takes the descriptor that the next to connect has sent, with this name. */
  private static Fd receive(Fd socket, String name) {
    Linux linux = Linux.kernel();
    try (Arena arena = Arena.ofConfined();
        SocketMessage message = new SocketMessage(arena, 64, 1);
        Fd peer = Objects.requireNonNull(linux.sockets().accept4(socket, 0))) {
      int length = linux.sockets().recvmsg(peer, message, 0);
      byte[] text = message.data().asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      assertThat(new String(text, StandardCharsets.UTF_8)).isEqualTo(name);
      return message.take(0);
    }
  }

  @Test
  void shouldSendTheTerminalToTheConsoleSocket() throws Exception {
    configure("tty; exec sleep 1000", p -> p.terminal = true);
    assertThat(oci("create", ID).error()).contains("give --console-socket");
    try (Fd socket = listen("console");
        Arena arena = Arena.ofConfined()) {
      succeed("create", "--console-socket", folder.resolve("console").toString(), ID);
      try (Fd master = receive(socket, "/dev/ptmx")) {
        succeed("start", ID);
        MemorySegment first = arena.allocate(1);
        Linux.kernel().files().read(master, first);
        assertThat(first.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) '/');
      }
    }
  }

  @Test
  void shouldSendPidfdsToTheirSocket() throws Exception {
    configure("exec sleep 1000");
    String path = folder.resolve("pidfd").toString();
    try (Fd socket = listen("pidfd")) {
      succeed("create", "--pidfd-socket", path, ID);
      try (Fd process = receive(socket, "standard")) {
        assertThat(pidOf(process)).isEqualTo(state().get("pid").intValue());
      }
      succeed("start", ID);

      Path pidFile = folder.resolve("exec-pid");
      succeed(
          "exec",
          "--detach",
          "--pidfd-socket",
          path,
          "--pid-file",
          pidFile.toString(),
          ID,
          "sleep",
          "1001");
      try (Fd process = receive(socket, "setns")) {
        assertThat(pidOf(process)).isEqualTo(Integer.parseInt(Files.readString(pidFile)));
      }
      assertThat(oci("exec", "--pidfd-socket", path, ID, "true").status()).isZero();
      receive(socket, "setns").close();
    }
    assertThat(oci("exec", "--pidfd-socket", path, ID, "true").error())
        .contains("--pidfd-socket " + path + ": nobody listens there");
  }

  /** The process id that a pidfd stands for, as its fdinfo has it. */
  private static int pidOf(Fd pidfd) throws IOException {
    Path link = Path.of(pidfd.procPath());
    String number = link.getFileName().toString();
    return Files.readAllLines(Path.of("/proc/self/fdinfo", number)).stream()
        .filter(line -> line.startsWith("Pid:"))
        .mapToInt(line -> Integer.parseInt(line.substring("Pid:".length()).strip()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldPassDescriptorsOn() throws Exception {
    Files.writeString(folder.resolve("passed"), "passed on");
    configure("cat <&3; echo; echo $LISTEN_FDS $LISTEN_PID");
    String script = "exec 3<passed; LISTEN_PID=$$ exec \"$@\"";

    ProcessBuilder preserved =
        builder(List.of("sh", "-c", script, "sh"), "run", "--preserve-fds", "1", ID);
    assertThat(call(preserved)).isEqualTo(new Outcome(0, "passed on\n\n", ""));
    ProcessBuilder listening = builder(List.of("sh", "-c", script, "sh"), "run", ID);
    listening.environment().put("LISTEN_FDS", "1");
    assertThat(call(listening)).isEqualTo(new Outcome(0, "passed on\n1 1\n", ""));
    assertThat(oci("run", "--preserve-fds", "1", ID).error())
        .contains("descriptor 3 was not passed");
  }

  @Test
  void shouldLeaveNothingOfWhatCannotBeMade() throws Exception {
    configure("true");
    assertThat(oci("create", "--pid-file", "/no/such/folder/pid", ID).error())
        .contains("--pid-file /no/such/folder/pid cannot be written");
    assertThat(oci("state", ID).error()).contains("does not exist");
    assertThat(oci("--systemd-cgroup", "list", "-q")).isEqualTo(new Outcome(0, "", ""));
  }

  @Test
  void shouldSayThatNoSystemdIsThereToMakeACgroup() throws Exception {
    configure("true");
    ProcessBuilder create = builder(List.of(), "--systemd-cgroup", "create", ID);
    create.environment().put("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/no/such/bus");

    Outcome refused = call(create);

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.error())
        .contains("/no/such/bus is not there")
        .contains("/run/systemd/private")
        .contains("--cgroup-manager=cgroupfs");
    assertThat(oci("state", ID).error()).contains("does not exist");
  }
}
