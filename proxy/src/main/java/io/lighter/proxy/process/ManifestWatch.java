package io.lighter.proxy.process;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import io.lighter.proxy.thread.ThreadEnd;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Tells when files, or what is in folders, may have changed. */
final class ManifestWatch implements AutoCloseable {
  /** Changes in a row are told of once: nothing for this long comes after the last of them. */
  private static final Duration QUIET = Duration.ofMillis(50);

  private final WatchService service;
  private final Runnable changed;
  private final Thread thread;

  private ManifestWatch(WatchService service, Runnable changed) {
    this.service = service;
    this.changed = changed;
    this.thread = Thread.ofPlatform().daemon().name("manifest-watch").unstarted(this::run);
  }

  /**
   * Begins to watch.
   *
   * @param paths files, which are watched by their folders since editors replace them, and folders
   * @param changed called by a thread of the watch
   * @throws IOException when there is no such folder
   */
  static ManifestWatch start(List<Path> paths, Runnable changed) throws IOException {
    ManifestWatch watch =
        new ManifestWatch(Path.of("/").getFileSystem().newWatchService(), changed);
    try {
      for (Path path : paths) {
        Path absolute = path.toAbsolutePath();
        Path folder = Files.isDirectory(absolute) ? absolute : absolute.getParent();
        if (folder != null) {
          folder.register(watch.service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
        }
      }
    } catch (IOException e) {
      watch.service.close();
      throw new IOException("cannot be watched: " + e.getMessage(), e);
    }
    watch.thread.start();
    return watch;
  }

  private void run() {
    try {
      while (true) {
        WatchKey key = service.take();
        while (key != null) {
          key.pollEvents();
          key.reset();
          key = service.poll(QUIET.toMillis(), TimeUnit.MILLISECONDS);
        }
        changed.run();
      }
    } catch (ClosedWatchServiceException | InterruptedException e) {
      // It is closed.
    }
  }

  /** Has it end, soon, and does not wait for that. */
  void stop() throws IOException {
    service.close();
  }

  @Override
  public void close() throws IOException {
    stop();
    ThreadEnd.await(thread);
  }
}
