package io.lighter.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code docs/embedding.md}, run as it says. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
class EmbedExampleTest {
  @TempDir private Path folder;

  @Test
  void shouldDoWhatItsPageSays() throws Exception {
    Path programs = Files.createDirectories(folder.resolve("rootfs/bin"));
    Files.copy(Path.of("/bin/busybox"), programs.resolve("busybox"));
    for (String applet : List.of("sleep", "id")) {
      Files.createSymbolicLink(programs.resolve(applet), Path.of("busybox"));
    }

    Process example =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "../docs/examples/Embed.java",
                folder.toString())
            .redirectErrorStream(true)
            .start();

    assertThat(new String(example.getInputStream().readAllBytes(), UTF_8))
        .matches(
            """
            id: ExitStatus\\[code=0, signal=0, .*\\]
            it is RUNNING
            (?s:.*)ContainerEvent\\[id=web, kind=EXITED, exit=ExitStatus\\[code=0, signal=9, .*\\]\\]
            (?s:.*)\
            """);
    assertThat(example.waitFor()).isZero();
    assertThat(folder.resolve("output")).hasContent("0\n");
    assertThat(folder.resolve("state")).isEmptyDirectory();
  }
}
