package io.lighter.runtime.logs.file;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The files that a log file leaves behind, as moby names them (daemon/logger/loggerutils): {@code
 * NAME.1} is the one before the newest, and with compression all but the newest are {@code
 * NAME.1.gz} and so on.
 *
 * <p>A rotation is {@link #shift} and then {@link #settle}; between the two it can be undone. A
 * process that is killed in the middle of one leaves a number out, and no line. Not thread-safe;
 * the compressing is done by the executor.
 */
public final class RotatedFiles {
  /** Finds the time of the last line of a file, in nanoseconds since 1970. */
  @FunctionalInterface
  public interface LastTime {
    long of(Path file) throws IOException;
  }

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
   * @param executor compresses; it must not be shut down before {@link #finish}
   */
  public RotatedFiles(Linux linux, Path file, int maxFiles, boolean compress, Executor executor) {
    this.linux = linux;
    this.file = file;
    this.maxFiles = maxFiles;
    this.compress = compress;
    this.executor = executor;
  }

  /** Returns the one before the newest, as long as it is not compressed. */
  public Path before() {
    return numbered(1, "");
  }

  /**
   * Gives each file the next number and forgets the oldest. The newest no longer has its name then;
   * it stays as it is until {@link #settle}, also when only one file may be there.
   */
  public void shift() {
    // The file that it would rename next may still be read by it.
    compressing.join();
    int oldest = Math.max(1, maxFiles - 1);
    remove(numbered(oldest, ".gz"));
    remove(numbered(oldest, ""));
    for (int i = oldest; i > 1; i--) {
      rename(numbered(i - 1, ".gz"), numbered(i, ".gz"));
      rename(numbered(i - 1, ""), numbered(i, ""));
    }
    rename(file, before());
  }

  /** Gives the one before its name back. */
  public void unshift() {
    rename(before(), file);
  }

  /** Compresses the one before the newest, or forgets it when only one file may be there. */
  public void settle(LastTime lastTime) {
    if (maxFiles < 2) {
      remove(before());
    } else if (compress) {
      compressing = CompletableFuture.runAsync(() -> compress(lastTime), executor);
    }
  }

  private void compress(LastTime lastTime) {
    try {
      GzipFile.compress(before(), numbered(1, ".gz"), lastTime.of(before()));
      Files.delete(before());
    } catch (NoSuchFileException e) {
      // Somebody deleted the log: then there is nothing to keep.
    } catch (IOException e) {
      // Nothing is lost: it stays as it is, and is found under its name without .gz.
      LOGGER.log(Level.WARNING, "a log file cannot be compressed: " + before(), e);
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
  public void finish() {
    compressing.join();
  }
}
