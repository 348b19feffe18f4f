package io.lighter.cli.oci;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Paths of the command line, which count from the caller's working folder. */
final class Paths {
  private Paths() {}

  /** The path, or the folder when there is none. */
  static Path or(@Nullable String path, Path folder) {
    return path == null ? folder : folder.resolve(path).normalize();
  }

  /** The path, or null when there is none. */
  static @Nullable Path orNull(@Nullable String path, Path folder) {
    return path == null || path.isEmpty() ? null : or(path, folder);
  }
}
