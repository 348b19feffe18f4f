package io.lighter.runtime.logs.file;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.io.IOException;
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
 * <p>A process that is killed in the middle of a rotation leaves a number out, and no line. Not
 * thread-safe; the compressing is done by the executor.
 */
final class RotatedFiles {
  private static final Logger LOGGER = System.getLogger(RotatedFiles.class.getName());

  private final Linux linux;
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
  RotatedFiles(Linux linux, Path file, int maxFiles, boolean compress, Executor executor) {
    this.linux = linux;
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
    remove(numbered(maxFiles - 1, ".gz"));
    remove(numbered(maxFiles - 1, ""));
    for (int i = maxFiles - 1; i > 1; i--) {
      rename(numbered(i - 1, ".gz"), numbered(i, ".gz"));
      rename(numbered(i - 1, ""), numbered(i, ""));
    }
    rename(file, numbered(1, ""));
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

  private void remove(Path path) {
    linux.files().unlinkat(Fd.WORKING_FOLDER, path.toString(), 0);
  }

  private void rename(Path from, Path to) {
    if (linux.files().faccessat2(Fd.WORKING_FOLDER, from.toString(), 0, 0)) {
      linux
          .files()
          .renameat2(Fd.WORKING_FOLDER, from.toString(), Fd.WORKING_FOLDER, to.toString(), 0);
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
