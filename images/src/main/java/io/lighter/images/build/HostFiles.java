package io.lighter.images.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What a command on the host's network must know of the host. */
final class HostFiles {
  private HostFiles() {}

  /** Returns the host's resolvers, empty where it has none. */
  static String resolvers() throws IOException {
    try {
      return Files.readString(Path.of("/etc/resolv.conf"));
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
