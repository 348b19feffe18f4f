package io.lighter.cli.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** The file of {@code --pid-file}: whoever sees it sees all of it. */
final class PidFile {
  private PidFile() {}

  /** Writes or replaces the file; null for none. */
  static void write(@Nullable Path file, int pid) throws IOException {
    if (file == null) {
      return;
    }
    Path draft = file.resolveSibling("." + file.getFileName() + "." + pid);
    try {
      Files.writeString(draft, Integer.toString(pid));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(draft);
      throw new IOException("--pid-file " + file + " cannot be written: " + e, e);
    }
  }
}
