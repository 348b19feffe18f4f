package io.lighter.runtime.attack;

import static io.lighter.runtime.ShortRun.bind;
import static io.lighter.runtime.ShortRun.shell;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.Stat;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.PreparedContainer;
import io.lighter.runtime.RootFileSystem;
import io.lighter.runtime.RuntimeConfig;
import io.lighter.runtime.ShortRun;
import io.lighter.runtime.StartException;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A container that shares a volume swaps a destination for a link while others are started. */
@RequiresRoot
@LeavesNothing(cgroups = "/lighter/")
class MountRacesTest {
  private Path folder = Path.of("");
  private Path volume = Path.of("");
  private Path secret = Path.of("");
  private Path outside = Path.of("");

  @BeforeEach
  void makeFolders() throws IOException {
    folder = java.nio.file.Files.createTempDirectory(Path.of("/dev/shm"), "lighter-race");
    volume = java.nio.file.Files.createDirectory(folder.resolve("volume"));
    secret = java.nio.file.Files.createDirectory(folder.resolve("secret"));
    outside = java.nio.file.Files.createDirectory(folder.resolve("outside"));
    java.nio.file.Files.createDirectory(volume.resolve("place"));
  }

  @AfterEach
  void removeFolders() throws IOException {
    ShortRun.remove(folder);
  }

  /** Swaps the place in the volume for a link and back, as fast as it can. */
  private Thread swapper(Path target, AtomicBoolean stop) throws IOException {
    java.nio.file.Files.createSymbolicLink(volume.resolve("link"), target);
    Files files = Linux.kernel().files();
    return Thread.ofPlatform()
        .start(
            () -> {
              while (!stop.get()) {
                files.renameat2(
                    Fd.WORKING_FOLDER,
                    volume.resolve("place").toString(),
                    Fd.WORKING_FOLDER,
                    volume.resolve("link").toString(),
                    Stat.RENAME_EXCHANGE);
              }
            });
  }

  /** Starts a number of times, and returns how many containers ran and said what is expected. */
  private int start(Spec spec, int times, Path target, String expected) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    int ran = 0;
    Thread swapper = swapper(target, stop);
    try (ContainerRuntime runtime =
            ContainerRuntime.open(RuntimeConfig.of(folder.resolve("state")));
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepare(spec, root)) {
      for (int i = 0; i < times; i++) {
        try {
          assertThat(ShortRun.run(folder, prepared).output()).isEqualTo(expected);
          ran++;
        } catch (StartException e) {
          // The swap came between making and opening; it is refused.
          assertThat(e).hasMessageContaining("the mount at /volume/place");
        }
      }
    } finally {
      stop.set(true);
      swapper.join();
    }
    return ran;
  }

  @Test
  @DisplayName("CVE-2021-30465: a mount target is swapped for a link to a folder of the host")
  void shouldMountWithinTheRootWhateverIsSwapped() throws Exception {
    // A folder of both: on the host's the mount would be lost at the pivot, and not be counted.
    String count = "grep -c " + secret.getFileName() + " /proc/self/mountinfo";
    Spec spec = shell(count, bind(volume, "/volume"), bind(secret, "/volume/place"));

    assertThat(start(spec, 2000, Path.of("/mnt"), "1\n")).isPositive();
  }

  @Test
  @DisplayName("CVE-2024-45310: what is missing is made where a link leads")
  void shouldMakeNothingOutsideTheRoot() throws Exception {
    Spec spec =
        shell("echo ran", bind(volume, "/volume"), bind(secret, "/volume/place/deep/er/still"));

    assertThat(start(spec, 400, outside, "ran\n")).isPositive();
    assertThat(outside).isEmptyDirectory();
  }
}
