package io.lighter.runtime.logs.driver;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Compresses a file that is full, in the background. Not thread-safe. */
final class LogCompression {
  private final Path full;
  private final Path compressed;
  private @Nullable Thread running;

  LogCompression(Path full, Path compressed) {
    this.full = full;
    this.compressed = compressed;
  }

  /** Begins. When it fails the file stays as it is, which readers take too. */
  void start() {
    await();
    running =
        Thread.ofPlatform()
            .daemon()
            .name("lighter-log-compression")
            .start(
                () -> {
                  try {
                    GzipLog.compress(full, compressed);
                  } catch (IOException | RuntimeException e) {
                    System.getLogger(LogCompression.class.getName())
                        .log(Level.WARNING, "the full log " + full + " was not compressed", e);
                  }
                });
  }

  /** Waits until what has begun is done. */
  void await() {
    boolean interrupted = false;
    while (running != null) {
      try {
        running.join();
        running = null;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
