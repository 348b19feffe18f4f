package io.lighter.images.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a tmpfs of a few megabytes, in a mount namespace of its own. */
@RequiresRoot
@LeavesNothing
class FullDiskTest {
  @TempDir Path folder;

  @Test
  void shouldStayAsItWasWhenTheDiskIsFull() throws Exception {
    Process process =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                "mount -t tmpfs -o size=8m,mode=0700 full \"$1\" && shift && exec \"$@\"",
                "sh",
                folder.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                FullDisk.class.getName(),
                folder.resolve("store").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said)
        .containsAnyOf("No space left on device", "ENOSPC")
        .contains("images: 1\n", "large: null\n", "small: true\n", "blobs: 3\n", "next: true\n");
  }
}
