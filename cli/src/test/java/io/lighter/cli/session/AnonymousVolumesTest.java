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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that images and command lines want without saying where they are. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
class AnonymousVolumesTest {
  @TempDir Path folder;

  @BeforeEach
  void makeImage() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("context/root/bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    for (String applet :
        List.of("sh", "cat", "echo", "sleep", "rm", "ls", "stat", "grep", "touch", "mknod")) {
      Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
    }
    Path data = Files.createDirectories(folder.resolve("context/data/inner"));
    Files.writeString(data.resolve("file"), "of the image");
    build("app:1", "VOLUME /data /missing/deep");
  }

  private void build(String name, String more) throws Exception {
    Files.writeString(
        folder.resolve("context/Dockerfile"),
        """
        FROM scratch
        COPY root /
        COPY --chown=1000:1001 --chmod=750 data /data
        ENV PATH=/bin
        ENTRYPOINT ["/bin/sh", "-c"]
        """
            + more
            + "\n");
    lighter("build", "-q", "-t", name, folder + "/context");
  }

  private ProcessBuilder command(String... arguments) {
    List<String> command = new ArrayList<>(OurProgram.command());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LIGHTER_STATE", folder.resolve("state").toString());
    return builder;
  }

  private String shown(int status, String... arguments) throws IOException, InterruptedException {
    Process process = command(arguments).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(status);
    return output;
  }

  private String lighter(String... arguments) throws IOException, InterruptedException {
    return shown(0, arguments);
  }

  /** What runs have left: folders of theirs have names of hexadecimal digits. */
  private List<Path> left() throws IOException {
    try (Stream<Path> entries = Files.list(folder.resolve("state"))) {
      return entries.filter(one -> one.getFileName().toString().matches("[0-9a-f]{24}")).toList();
    }
  }

  @Test
  void shouldBeginWithWhatTheImageHas() throws Exception {
    String look =
        "stat -c '%a %u:%g %n' /data /data/inner/file /missing/deep; cat /data/inner/file; echo;"
            + " echo new > /data/new; cat /data/new;"
            + " grep -c -E ' (/data|/missing/deep) [^ ]+ [^ ]*nodev' /proc/mounts";
    String expected =
        """
        750 1000:1001 /data
        750 1000:1001 /data/inner/file
        755 0:0 /missing/deep
        of the image
        new
        2
        """;
    assertThat(lighter("run", "--rm", "app:1", look)).isEqualTo(expected);
    assertThat(lighter("run", "--read-only", "app:1", look)).as("anew").isEqualTo(expected);
    assertThat(left()).isEmpty();
  }

  @Test
  void shouldLeaveAPathToWhatTheCommandLineMountsThere() throws Exception {
    Path host = Files.createDirectory(folder.resolve("host"));
    assertThat(lighter("run", "--rm", "-v", host + ":/data", "app:1", "ls /data; touch /data/here"))
        .isEmpty();
    assertThat(host.resolve("here")).exists();
    assertThat(lighter("run", "--rm", "--tmpfs", "/data/", "app:1", "ls /data")).isEmpty();
  }

  @Test
  void shouldMakeOneThatTheCommandLineWants() throws Exception {
    build("plain:1", "");
    assertThat(
            lighter(
                "run",
                "--rm",
                "-v",
                "/data/inner",
                "-v",
                "/new",
                "plain:1",
                "ls /data/inner;"
                    + " touch /new/x; grep -c -E ' (/data/inner|/new) ' /proc/mounts"))
        .isEqualTo("file\n2\n");
    assertThat(shown(125, "run", "--rm", "-v", "/data/inner/file", "plain:1", "ls"))
        .contains("the volume /data/inner/file cannot be made: there is a file in the image");
    assertThat(left()).isEmpty();
  }

  @Test
  void shouldStayInTheImageWhenAPathIsALink() throws Exception {
    Path secret = Files.createDirectory(folder.resolve("secret"));
    Files.writeString(secret.resolve("key"), "the host's");
    Path root = folder.resolve("context/root");
    Files.createSymbolicLink(root.resolve("link"), Path.of("../../../../../.." + secret));
    Files.createSymbolicLink(root.resolve("absolute"), secret);
    Files.createSymbolicLink(root.resolve("good"), Path.of("/data"));
    build("hostile:1", "VOLUME /link /absolute /good");
    assertThat(
            lighter(
                "run", "--rm", "hostile:1", "ls /link/ /absolute/; touch /link/x; ls /good/inner"))
        .doesNotContain("key")
        .contains("file");
    assertThat(secret.resolve("x")).doesNotExist();
  }

  @Test
  void shouldRefuseOneInWhatTheKernelShows() throws Exception {
    build("kernel:1", "VOLUME /proc/sys");
    assertThat(shown(125, "run", "--rm", "kernel:1", "ls"))
        .contains("the volume of the image, \"/proc/sys\"");
  }

  @Test
  void shouldNotCountAsAChangeOfTheContainer() throws Exception {
    Process run =
        command("run", "--name", "box", "app:1", "echo a > /data/a; echo b > /b; exec sleep 600")
            .start();
    try {
      String diff = "";
      for (int i = 0; i < 100 && !diff.contains("A /b"); i++) {
        Thread.sleep(100);
        Process process = command("diff", "box").start();
        diff = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
      }
      assertThat(diff).contains("A /b").doesNotContain("/data/a");
      assertThat(left()).hasSize(1);
    } finally {
      run.destroyForcibly().waitFor();
    }
    lighter("run", "--rm", "app:1", "echo next");
    assertThat(left()).as("of who was killed").isEmpty();
  }
}
