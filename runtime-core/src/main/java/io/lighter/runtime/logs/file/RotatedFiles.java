package io.lighter.runtime.logs.file;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The files that a log file leaves behind, as moby names them (daemon/logger/loggerutils): {@code
 * NAME.1} is the one before the newest, and with compression all but the newest are {@code
 * NAME.1.gz} and so on.
 *
 * <p>Not thread-safe; the compressing is done by the executor.
 */
final class RotatedFiles {
  private static final Logger LOGGER = System.getLogger(RotatedFiles.class.getName());

  private final Path file;
  private final int maxFiles;
  private final boolean compress;
  private final Executor executor;
  private CompletableFuture<Void> compressing = CompletableFuture.completedFuture(null);

  /**
   * Looks after a file.
   *
   * @param maxFiles how many there are at most, the newest among them
   */
  RotatedFiles(Path file, int maxFiles, boolean compress, Executor executor) {
    this.file = file;
    this.maxFiles = maxFiles;
    this.compress = compress;
    this.executor = executor;
  }

  /**
   * Gives each file the next number and forgets the oldest. The newest no longer has its name then,
   * unless it is the only one that may be there.
   *
   * @param lastTime of the newest file's last line, in nanoseconds since 1970
   */
  void rotate(long lastTime) {
    // The file that it would rename next may still be read by it.
    compressing.join();
    if (maxFiles < 2) {
      return;
    }
    try {
      Files.deleteIfExists(numbered(maxFiles - 1, ".gz"));
      Files.deleteIfExists(numbered(maxFiles - 1, ""));
      for (int i = maxFiles - 1; i > 1; i--) {
        rename(numbered(i - 1, ".gz"), numbered(i, ".gz"));
        rename(numbered(i - 1, ""), numbered(i, ""));
      }
      rename(file, numbered(1, ""));
    } catch (IOException e) {
      throw new UncheckedIOException("the log file cannot be rotated: " + file, e);
    }
    if (compress) {
      compressing = CompletableFuture.runAsync(() -> compress(lastTime), executor);
    }
  }

  private void compress(long lastTime) {
    try {
      GzipFile.compress(numbered(1, ""), numbered(1, ".gz"), lastTime);
      Files.delete(numbered(1, ""));
    } catch (IOException e) {
      // Nothing is lost: it stays as it is, and is found under its name without .gz.
      LOGGER.log(Level.WARNING, "a log file cannot be compressed: " + numbered(1, ""), e);
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    if (Files.exists(from)) {
      Files.move(from, to, REPLACE_EXISTING);
    }
  }

  private Path numbered(int number, String ending) {
    return file.resolveSibling(file.getFileName() + "." + number + ending);
  }

  /** Waits for what is being compressed. */
  void finish() {
    compressing.join();
  }
}
