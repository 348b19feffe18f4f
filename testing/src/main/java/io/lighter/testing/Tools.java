package io.lighter.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of the machine. */
public final class Tools {

  /** Searched after {@code PATH}: root's tools, which a user's PATH often lacks. */
  private static final String SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin";

  private Tools() {}

  /** The executable file of that name in PATH, then in the system's folders for root's tools. */
  public static Optional<Path> find(String name) {
    String path = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
    return Stream.of(
            path.split(File.pathSeparator, -1), SYSTEM_FOLDERS.split(File.pathSeparator, -1))
        .flatMap(Stream::of)
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }
}
