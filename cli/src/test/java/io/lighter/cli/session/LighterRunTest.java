package io.lighter.cli.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.session.LighterCommand.Outcome;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lighter run} as a person types it, from the image {@code host}. */
@RequiresRoot
@LeavesNothing(cgroups = "/lighter/")
class LighterRunTest {
  @TempDir private Path folder;

  private LighterCommand lighter;

  @BeforeEach
  void prepare() {
    lighter = new LighterCommand(folder.resolve("state"));
  }

  private Outcome run(String... arguments) throws Exception {
    String[] all =
        Stream.concat(Stream.of("run", "--rm"), Stream.of(arguments)).toArray(String[]::new);
    return lighter.run(all);
  }

  @Test
  void shouldPassOutputErrorAndExitCodeOn() throws Exception {
    assertThat(run("host", "sh", "-c", "echo out; echo err >&2; exit 7"))
        .isEqualTo(new Outcome(7, "out\n", "err\n"));
  }

  @Test
  void shouldPassInputOnOnlyWhenItIsInteractive() throws Exception {
    assertThat(lighter.runWith("hello\n", "run", "-i", "host", "cat").output())
        .isEqualTo("hello\n");
    assertThat(lighter.runWith("hello\n", "run", "host", "cat").output()).isEmpty();
  }

  @Test
  void shouldTellFailuresByDockersExitCodes() throws Exception {
    Outcome missing = run("host", "no-such-command");
    assertThat(missing.status()).isEqualTo(127);
    assertThat(missing.error()).contains("executable file not found in $PATH");
    assertThat(run("host", "/etc/passwd").status()).isEqualTo(126);
    assertThat(run("-u", "no-such-user", "host", "true"))
        .isEqualTo(
            new Outcome(
                125,
                "",
                "lighter run: unable to find user no-such-user: no matching entries in passwd"
                    + " file\n"));
    assertThat(run("--rootfs", "/no/such/folder", "true").status()).isEqualTo(125);
    assertThat(run("--publish", "80:80", "host", "true").error()).contains("publish");
    assertThat(run("host", "sh", "-c", "kill -SEGV $$; sleep 5 & kill -SEGV $!; wait $!").status())
        .isEqualTo(139);
  }

  @Test
  void shouldSetEnvironmentFolderHostNameAndUser() throws Exception {
    Outcome outcome =
        run(
            "-e",
            "A=b c",
            "-w",
            "/tmp/new",
            "-h",
            "boat",
            "-u",
            "nobody",
            "host",
            "sh",
            "-c",
            "echo $A; pwd; cat /proc/sys/kernel/hostname; id -un; echo $HOME");

    assertThat(outcome.output()).isEqualTo("b c\n/tmp/new\nboat\nnobody\n/nonexistent\n");
  }

  @Test
  void shouldMountWhatItIsTold() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Outcome outcome =
        run(
            "-v",
            data + ":/data",
            "--mount",
            "type=bind,source=" + data + ",target=/ro,readonly",
            "--tmpfs",
            "/scratch:size=1m",
            "--read-only",
            "host",
            "sh",
            "-c",
            "echo x > /data/x; echo y > /ro/y; echo z > /scratch/z && echo scratch; touch /root/w");

    assertThat(outcome.output()).isEqualTo("scratch\n");
    assertThat(outcome.error().lines().filter(l -> l.contains("Read-only file system"))).hasSize(2);
    assertThat(data.resolve("x")).hasContent("x");
  }

  @Test
  void shouldGiveAndTakeCapabilities() throws Exception {
    String show = "grep -E 'CapEff|NoNewPrivs|^Seccomp:' /proc/self/status";

    assertThat(run("--cap-drop", "ALL", "--cap-add", "CHOWN", "host", "sh", "-c", show).output())
        .isEqualTo("CapEff:\t0000000000000001\nNoNewPrivs:\t0\nSeccomp:\t2\n");
    assertThat(
            run(
                    "--security-opt",
                    "no-new-privileges",
                    "--security-opt",
                    "seccomp=unconfined",
                    "host",
                    "sh",
                    "-c",
                    show)
                .output())
        .endsWith("NoNewPrivs:\t1\nSeccomp:\t0\n");
    assertThat(
            run("--privileged", "host", "sh", "-c", "ls -A /sys/firmware; test -w /sys").status())
        .isZero();
  }

  @Test
  void shouldSetLimitsOfProcesses() throws Exception {
    assertThat(
            run("--ulimit", "nofile=64:128", "host", "sh", "-c", "ulimit -n; ulimit -Hn").output())
        .isEqualTo("64\n128\n");
  }

  @Test
  void shouldShareTheHostsNetworkOrHaveNone() throws Exception {
    String interfaces = "ls /sys/class/net | wc -l";
    long ours;
    try (Stream<Path> list = Files.list(Path.of("/sys/class/net"))) {
      ours = list.count();
    }

    assertThat(run("--network", "none", "host", "sh", "-c", interfaces).output()).isEqualTo("1\n");
    assertThat(run("--network", "host", "host", "sh", "-c", interfaces).output())
        .isEqualTo(ours + "\n");
  }

  @Test
  void shouldNeverWriteToTheFolderOfRootfs() throws Exception {
    Path root = Files.createTempDirectory(Path.of("/dev/shm"), "root");
    try {
      Files.createDirectories(root.resolve("bin"));
      for (String mountPoint : new String[] {"proc", "dev", "sys"}) {
        Files.createDirectory(root.resolve(mountPoint));
      }
      Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
      assertThat(root.resolve("bin/busybox").toFile().setExecutable(true)).isTrue();

      Outcome outcome =
          run(
              "--rootfs",
              root.toString(),
              "/bin/busybox",
              "sh",
              "-c",
              "echo x > /x; /bin/busybox cat /x");

      assertThat(outcome).isEqualTo(new Outcome(0, "x\n", ""));
      assertThat(root.resolve("x")).doesNotExist();
    } finally {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @Test
  void shouldExplainWithoutRunning() throws Exception {
    Outcome outcome = run("--explain", "host", "touch", "/proof");

    assertThat(outcome.output()).contains("pivot_root(\".\", \".\")").contains("execve(");
    assertThat(outcome.status()).isZero();
  }

  @Test
  void shouldStopOnTermAndKillWhenTimeIsUp() throws Exception {
    String obedient = "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done";
    assertThat(terminate("1", obedient)).isEqualTo(3);
    String deaf = "trap '' TERM; echo ready; while :; do sleep 0.05; done";
    assertThat(terminate("1", deaf)).isEqualTo(137);
  }

  private int terminate(String stopTimeout, String script) throws Exception {
    Process process =
        lighter.start("run", "--stop-timeout", stopTimeout, "host", "sh", "-c", script);
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("ready");
      process.destroy();
      return process.waitFor();
    }
  }

  @Test
  void shouldRefuseANameThatIsInUse() throws Exception {
    Process first =
        lighter.start("run", "-i", "--name", "one", "host", "sh", "-c", "echo up; read line");
    try (BufferedReader output = first.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("up");
      Outcome second = run("--name", "one", "host", "true");
      assertThat(second.status()).isEqualTo(125);
      assertThat(second.error()).contains("\"one\" is in use");
    } finally {
      first.getOutputStream().close();
      assertThat(first.waitFor()).isNotEqualTo(125);
    }
    assertThat(run("--name", "one", "host", "true").status()).isZero();
  }

  @Test
  void shouldRunABundle() throws Exception {
    Path bundle = Files.createDirectory(folder.resolve("bundle"));
    Path root = Files.createDirectories(bundle.resolve("rootfs/bin"));
    Files.copy(Path.of("/bin/busybox"), root.resolve("busybox"));
    assertThat(root.resolve("busybox").toFile().setExecutable(true)).isTrue();
    Files.writeString(
        bundle.resolve("config.json"),
        """
        {"ociVersion": "1.0.2",
         "process": {"args": ["/bin/busybox", "sh", "-c", "echo from bundle; exit 4"], "cwd": "/",
                     "user": {"uid": 0, "gid": 0}},
         "root": {"path": "rootfs"},
         "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
         "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}]}}
        """);

    assertThat(run("--bundle", bundle.toString())).isEqualTo(new Outcome(4, "from bundle\n", ""));
    assertThat(run("--bundle", "/etc").error()).contains("config.json");
  }
}
