package io.lighter.runtime.logs.driver;

import io.lighter.runtime.logs.file.GzipFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Compresses a log of Docker's local format as dockerd does. */
final class GzipLog {
  private GzipLog() {}

  /** Makes the compressed file, then deletes the other; does nothing when that is gone. */
  static void compress(Path full, Path compressed) throws IOException {
    try {
      GzipFile.compress(full, compressed, LocalTail.lastTime(full));
      Files.delete(full);
    } catch (NoSuchFileException e) {
      // Somebody deleted the log: then there is nothing to keep.
    }
  }
}
