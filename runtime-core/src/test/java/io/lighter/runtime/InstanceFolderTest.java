package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresRoot
@LeavesNothing
class InstanceFolderTest {
  private static final String KILLED = "0123456789abcdef01234567";

  @TempDir Path temporary;

  @Test
  void shouldRemoveWhatAKilledRuntimeLeftAndNothingOfOthers() throws IOException {
    Path state = Files.createDirectory(temporary.resolve("state"));
    Files.setPosixFilePermissions(
        state, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    Path killed = Files.createDirectories(state.resolve(KILLED).resolve("layers"));
    Files.createFile(state.resolve(KILLED).resolve("lock"));
    Path images = Files.createDirectories(state.resolve("images/blobs"));
    Files.createFile(state.resolve("images/lock"));

    try (InstanceFolder _ = InstanceFolder.create(Linux.kernel(), state, null, null)) {
      assertThat(killed).doesNotExist();
      assertThat(images).exists();
    }
  }
}
