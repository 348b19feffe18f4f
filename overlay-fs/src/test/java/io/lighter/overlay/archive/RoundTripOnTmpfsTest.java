package io.lighter.overlay.archive;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The same on tmpfs. */
class RoundTripOnTmpfsTest extends RoundTripTest {
  @TempDir(factory = MemoryFolder.class)
  Path memory;

  @Override
  Path scratch() {
    return memory;
  }
}
