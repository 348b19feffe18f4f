package io.lighter.runtime.criu;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The host's CRIU, and those that it calls itself: {@code ip}, {@code iptables}, {@code tar}.
 *
 * @param file its file
 */
public record CriuProgram(Path file) {
  /** Where it and its helpers are looked for; not in the caller's PATH, since it runs as root. */
  public static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /**
   * Finds it.
   *
   * @param wanted the file, or null
   * @throws CriuException when there is none
   */
  public static CriuProgram find(@Nullable Path wanted) {
    if (wanted != null) {
      if (Files.isRegularFile(wanted) && Files.isExecutable(wanted)) {
        return new CriuProgram(wanted);
      }
      throw new CriuException(wanted + " is no program: name the file of criu, as with --criu");
    }
    for (String folder : PATH.split(":", -1)) {
      Path file = Path.of(folder, "criu");
      if (Files.isExecutable(file)) {
        return new CriuProgram(file);
      }
    }
    throw new CriuException(
        "there is no criu in "
            + PATH
            + ": install the package criu, 4.1 or later for a kernel of 2025, or name its file, as"
            + " with --criu");
  }
}
