package io.lighter.proxy.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Paths in the file, all of them absolute. */
final class PathText {
  /**
   * Bytes that the name of a Unix socket has at most: sun_path without its NUL, unix(7). The JDK
   * refuses a longer one only when it is used.
   */
  private static final int LONGEST = 107;

  private PathText() {}

  /** Reads a path of any file. */
  static Path file(String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + text + "' is no path", e);
    }
    throw new IllegalArgumentException("'" + text + "' is no absolute path");
  }

  /** Reads a path of a Unix socket. */
  static Path socket(String text) {
    Path path = file(text);
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST) {
      throw new IllegalArgumentException(
          "'%s' has %d bytes, and the name of a Unix socket has %d at most"
              .formatted(text, length, LONGEST));
    }
    return path;
  }
}
