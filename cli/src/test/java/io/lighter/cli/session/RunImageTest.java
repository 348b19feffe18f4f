package io.lighter.cli.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.OurProgram;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs images, and looks at containers of them that run, by processes of their own. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
class RunImageTest {
  @TempDir Path folder;

  @BeforeEach
  void makeImage() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("context/root/bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    for (String applet : List.of("sh", "cat", "echo", "sleep", "rm", "pwd", "env")) {
      Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
    }
    Files.writeString(
        folder.resolve("context/Dockerfile"),
        """
        FROM scratch
        COPY root /
        ENV PATH=/bin WHAT=image
        WORKDIR /work
        ENTRYPOINT ["/bin/sh", "-c"]
        CMD ["echo $WHAT in $(pwd)"]
        """);
    Files.writeString(folder.resolve("context/root/gone"), "gone");
    lighter("build", "-q", "-t", "app:1", folder + "/context");
  }

  private ProcessBuilder command(String... arguments) {
    List<String> command = new ArrayList<>(OurProgram.command());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LIGHTER_STATE", folder.resolve("state").toString());
    return builder;
  }

  private String shown(String... arguments) throws IOException, InterruptedException {
    Process process = command(arguments).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  private String lighter(String... arguments) throws IOException, InterruptedException {
    Process process = command(arguments).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void shouldTakeWhatTheImageSaysUnlessToldOtherwise() throws Exception {
    assertThat(lighter("run", "--rm", "app:1")).isEqualTo("image in /work\n");
    assertThat(lighter("run", "--rm", "-e", "WHAT=told", "-w", "/", "app:1", "echo $WHAT; pwd"))
        .isEqualTo("told\n/\n");
    assertThat(lighter("run", "--rm", "--entrypoint", "/bin/echo", "app:1", "a", "b"))
        .isEqualTo("a b\n");
    Process missing = command("run", "--pull", "never", "nonesuch:1").start();
    assertThat(new String(missing.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("No such image: nonesuch:1");
    assertThat(missing.waitFor()).isEqualTo(125);
  }

  @Test
  void shouldShowExportAndCommitAContainerThatRuns() throws Exception {
    Process run =
        command("run", "--rm", "-i", "--name", "box", "app:1", "echo new > /new; rm /gone; cat")
            .start();
    for (int i = 0; i < 50 && !shown("diff", "box").contains("D /gone"); i++) {
      Thread.sleep(100);
    }

    assertThat(lighter("diff", "box")).contains("A /new\n", "D /gone\n");
    lighter("export", "-o", folder + "/box.tar", "box");
    Process tar = new ProcessBuilder("tar", "-tf", folder + "/box.tar").start();
    assertThat(new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
        .anyMatch(name -> name.endsWith("new"))
        .anyMatch(name -> name.endsWith("bin/busybox"))
        .noneMatch(name -> name.endsWith("gone"));
    String id =
        lighter(
                "commit",
                "-a",
                "me",
                "-m",
                "made",
                "-c",
                "ENTRYPOINT [\"/bin/cat\"]",
                "-c",
                "CMD [\"/new\"]",
                "box",
                "app:2")
            .strip();
    assertThat(id).matches("sha256:[0-9a-f]{64}");

    run.getOutputStream().close();
    assertThat(run.waitFor()).isZero();
    assertThat(lighter("run", "--rm", "app:2")).isEqualTo("new\n");
    assertThat(lighter("history", "app:2")).contains("made");
    assertThat(lighter("inspect", "-f", "{{.Author}} {{len .RootFS.Layers}}", "app:2"))
        .isEqualTo("me 3\n");
    Process ended = command("diff", "box").start();
    assertThat(new String(ended.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("No such container: box");
    assertThat(ended.waitFor()).isEqualTo(1);
  }

  @Test
  void shouldShowAndCommitAContainerWithoutAName() throws Exception {
    Process run = command("run", "-i", "app:1", "echo new > /new; cat").start();
    String id = "";
    for (int i = 0; i < 50 && id.isEmpty(); i++) {
      id = shown("stats", "--no-stream", "--format", "{{.ID}}").strip();
    }
    for (int i = 0; i < 50 && !shown("diff", id).contains("A /new"); i++) {
      Thread.sleep(100);
    }
    assertThat(lighter("inspect", "-f", "{{.Name}} {{.Image}}", id))
        .startsWith("/" + id + " sha256:");
    assertThat(lighter("diff", id)).contains("A /new\n");
    lighter("commit", "-c", "CMD [\"cat /new\"]", id, "app:2");

    run.getOutputStream().close();
    assertThat(run.waitFor()).isZero();
    assertThat(lighter("run", "--rm", "app:2")).isEqualTo("new\n");
    assertThat(shown("diff", id)).contains("No such container: " + id);
    assertThat(folder.resolve("state/names")).isEmptyDirectory();
  }
}
