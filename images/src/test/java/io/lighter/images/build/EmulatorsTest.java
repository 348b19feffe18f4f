package io.lighter.images.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.images.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Debian's qemu-user-static writes, read. */
class EmulatorsTest {
  private static final String AARCH64 =
      """
      enabled
      interpreter /usr/libexec/qemu-binfmt/aarch64-binfmt-P
      flags: %s
      offset 0
      magic 7f454c460201010000000000000000000200b700
      mask ffffffffffffff00fffffffffffffffffeffffff
      """;

  @TempDir Path folder;

  @Test
  void shouldFindTheProcessorInTheMagic() throws IOException {
    Emulators emulators = new Emulators(folder);
    Platform arm64 = Platform.parse("linux/arm64");
    assertThat(emulators.run(arm64)).isFalse();
    Files.writeString(folder.resolve("status"), "enabled\n");
    Files.writeString(
        folder.resolve("python3.11"),
        "enabled\ninterpreter /usr/bin/python3\nflags: F\noffset 0\nmagic a70d0d0a\n");
    Files.writeString(folder.resolve("qemu-aarch64"), AARCH64.formatted("POCF"));
    assertThat(emulators.run(arm64)).isTrue();
    assertThat(emulators.run(Platform.parse("linux/amd64"))).isFalse();
    assertThat(emulators.run(Platform.parse("linux/arm/v7"))).isFalse();
    assertThat(emulators.run(Platform.parse("linux/s390x"))).isFalse();
  }

  @Test
  void shouldWantThemOpenAndEnabled() throws IOException {
    Emulators emulators = new Emulators(folder);
    Platform arm64 = Platform.parse("linux/arm64");
    Files.writeString(folder.resolve("qemu-aarch64"), AARCH64.formatted("POC"));
    assertThat(emulators.run(arm64)).isFalse();
    Files.writeString(
        folder.resolve("qemu-aarch64"), AARCH64.formatted("F").replace("enabled", "disabled"));
    assertThat(emulators.run(arm64)).isFalse();
  }

  @Test
  void shouldKnowTheOtherOrderOfBytes() throws IOException {
    Files.writeString(
        folder.resolve("qemu-s390x"),
        """
        enabled
        interpreter /usr/bin/qemu-s390x-static
        flags: F
        offset 0
        magic 7f454c4602020100000000000000000000020016
        mask ffffffffffffff00fffffffffffffffffffeffff
        """);
    assertThat(new Emulators(folder).run(Platform.parse("linux/s390x"))).isTrue();
    assertThat(new Emulators(folder).run(Platform.parse("linux/arm64"))).isFalse();
  }
}
