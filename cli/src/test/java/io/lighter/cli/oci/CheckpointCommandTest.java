package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.OurProgram;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecWriter;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.TestCriu;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code lighter oci checkpoint} and {@code restore}, each call a process of its own. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@RequiresTool("criu")
@LeavesNothing(cgroups = "/lighter/")
@Timeout(180)
class CheckpointCommandTest {
  private static final String ID = "lighter-checkpoint-test";

  @TempDir private Path folder;
  private Path criu;

  @BeforeEach
  void makeRoot() throws Exception {
    criu = TestCriu.find();
    Path programs = Files.createDirectories(folder.resolve("rootfs/bin"));
    Files.createDirectory(folder.resolve("rootfs/tmp"));
    Files.copy(Path.of("/bin/busybox"), programs.resolve("busybox"));
    for (String applet : List.of("sh", "cat", "sleep", "mv", "echo")) {
      Files.createSymbolicLink(programs.resolve(applet), Path.of("busybox"));
    }
  }

  @AfterEach
  void deleteContainer() throws Exception {
    assertThat(oci("delete", "--force", ID).status()).isZero();
  }

  private record Outcome(int status, String error) {}

  private void configure(String script) throws IOException {
    Spec spec = ExampleSpec.ofRoot();
    io.lighter.runtime.spec.Process process = Objects.requireNonNull(spec.process());
    SpecWriter.write(
        spec.with(
            s -> {
              s.root = new io.lighter.runtime.spec.Root("rootfs", false);
              s.process =
                  process.with(
                      p -> {
                        p.terminal = false;
                        p.args = List.of("sh", "-c", script);
                      });
              // Device rules need BPF, which not every host gives.
              s.linux = spec.linuxOrEmpty().with(l -> l.resources = null);
            }),
        folder.resolve("config.json"));
  }

  private ProcessBuilder builder(String... arguments) {
    List<String> command = new ArrayList<>(OurProgram.command());
    command.addAll(
        List.of("oci", "--root", folder.resolve("state").toString(), "--criu", criu.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).directory(folder.toFile());
  }

  /** Runs a command to its end; what it writes goes to files, which a container keeps open. */
  private Outcome oci(String... arguments) throws IOException, InterruptedException {
    Path err = folder.resolve("err");
    Process process =
        builder(arguments)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("out").toFile()))
            .redirectError(err.toFile())
            .start();
    int status = process.waitFor();
    return new Outcome(status, Files.readString(err));
  }

  private void succeed(String... arguments) throws Exception {
    assertThat(oci(arguments)).isEqualTo(new Outcome(0, ""));
  }

  private String printed() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  @Test
  void shouldGoOnInAnotherCall() throws Exception {
    configure("echo one; while ! test -e /tmp/go; do sleep 0.05; done; echo two; sleep 1000");
    succeed("run", "--detach", ID);
    succeed("checkpoint", "--image-path", "images", "--work-path", "work", "--file-locks", ID);
    assertThat(folder.resolve("images/inventory.img")).exists();
    assertThat(folder.resolve("work/dump.log")).exists();
    succeed("delete", ID);
    Files.createFile(folder.resolve("rootfs/tmp/go"));

    succeed(
        "restore",
        "--detach",
        "--image-path",
        "images",
        "--work-path",
        "work",
        "--file-locks",
        "--pid-file",
        "pid",
        "--no-subreaper",
        ID);

    while (!printed().equals("one\ntwo\n")) {
      Thread.sleep(20);
    }
    Path pid = Path.of("/proc", Files.readString(folder.resolve("pid")));
    assertThat(pid).exists();
    succeed("exec", ID, "sh", "-c", "kill -0 1");
    succeed("kill", ID, "KILL");
    while (Files.exists(pid.resolve("exe"))) {
      Thread.sleep(20);
    }
    succeed("delete", ID);
  }

  @Test
  void shouldJoinItsStreamsInTheForeground() throws Exception {
    configure("while read x; do echo got $x; done; exit 7");
    Process first = builder("run", ID).redirectErrorStream(true).start();
    try (OutputStream in = first.getOutputStream()) {
      in.write("one\n".getBytes(StandardCharsets.UTF_8));
      in.flush();
      assertThat(first.inputReader().readLine()).isEqualTo("got one");
      succeed("checkpoint", ID);
      assertThat(first.waitFor()).isEqualTo(137);
    }

    Process second = builder("restore", ID).redirectErrorStream(true).start();
    try (OutputStream in = second.getOutputStream()) {
      in.write("two\n".getBytes(StandardCharsets.UTF_8));
      in.flush();
      assertThat(second.inputReader().readLine()).isEqualTo("got two");
    }
    assertThat(second.waitFor()).isEqualTo(7);
  }

  @Test
  void shouldSayWhatCannotBe() throws Exception {
    configure("sleep 1000");
    succeed("create", ID);
    assertThat(oci("checkpoint", ID).error()).contains("is created and cannot be written down");
    assertThat(oci("restore", "--detach", ID).error()).contains("there is a container " + ID);
    assertThat(oci("checkpoint", "--manage-cgroups-mode", "soft", ID).error())
        .contains("--manage-cgroups-mode soft is not supported");
    assertThat(oci("checkpoint", "--empty-ns", "pid", ID).error())
        .contains("--empty-ns takes network");
    assertThat(oci("checkpoint", "no-such").error()).contains("does not exist");
    assertThat(oci("restore", "--detach", "other").error())
        .contains("checkpoint is no folder of a checkpoint");
  }
}
