package io.lighter.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.LeavesNothing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TouchedMemoryTest {
  /** How much the file has from which pages are kept; 0 when it is not there. */
  private static long keptBytes() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      for (Path fd : open.toList()) {
        if (Files.isSymbolicLink(fd)
            && Files.readSymbolicLink(fd).toString().startsWith("/memfd:kept")) {
          return Files.size(fd);
        }
      }
    }
    return 0;
  }

  @Test
  @LeavesNothing
  void shouldKeepAPageOfEachHalfMegabyteAndGiveTheRestBack() throws Exception {
    try (TouchedMemory _ = TouchedMemory.of(16 << 20)) {
      assertThat(keptBytes()).isEqualTo(32 * 4096);
    }
    assertThat(keptBytes()).isZero();
  }
}
