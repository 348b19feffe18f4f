package io.lighter.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** The links of {@code /proc}, which may go away while they are read. */
final class Links {

  private Links() {}

  /** Where the link points; nothing when what it belonged to is gone. */
  static Optional<String> read(Path link) {
    try {
      return Optional.of(Files.readSymbolicLink(link).toString());
    } catch (IOException | InvalidPathException gone) {
      return Optional.empty();
    }
  }
}
