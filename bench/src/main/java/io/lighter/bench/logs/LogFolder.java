package io.lighter.bench.logs;

import io.lighter.bench.machine.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a run keeps its logs; it is removed afterwards.
 *
 * @param path the folder
 */
record LogFolder(Path path) implements AutoCloseable {
  /** Makes one. */
  static LogFolder below(Path parent) throws IOException {
    return new LogFolder(Files.createTempDirectory(parent, "logs"));
  }

  @Override
  public void close() throws IOException {
    Command.remove(List.of("rm", "-rf", "--one-file-system", path.toString()));
  }
}
