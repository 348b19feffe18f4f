package io.lighter.images.store;

import io.lighter.images.Digest;
import io.lighter.runtime.PrivateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps content for one operation while no record names it yet: garbage collection leaves alone
 * what a lease holds. It ends with its process at the latest. Safe for use by many threads.
 */
public final class Lease implements AutoCloseable {
  private static final String BLOB = "blob ";
  private static final String LAYER = "layer ";

  private final StoreFolder store;
  private final Path file;
  private final FileLock lock;
  private final Set<String> held = new HashSet<>();
  private boolean closed;

  private Lease(StoreFolder store, Path file, FileLock lock) {
    this.store = store;
    this.file = file;
    this.lock = lock;
  }

  static Lease begin(StoreFolder store) throws IOException {
    PrivateFolder.ensure(store.linux(), store.leases());
    try (FileLock _ = FileLock.shared(store.linux(), store.lock())) {
      Path file = store.leases().resolve(StoreFolder.fresh(""));
      return new Lease(store, file, FileLock.alone(store.linux(), file));
    }
  }

  /** Begins an operation that only one may do at a time; null while somebody does it. */
  static @Nullable Lease tryBegin(StoreFolder store, String name) throws IOException {
    PrivateFolder.ensure(store.linux(), store.leases());
    try (FileLock _ = FileLock.shared(store.linux(), store.lock())) {
      Path file = store.leases().resolve(name);
      FileLock lock = FileLock.tryAlone(store.linux(), file);
      return lock == null ? null : new Lease(store, file, lock);
    }
  }

  /** Keeps a blob from now on, and returns whether it is there. */
  public boolean keepBlob(Digest digest) throws IOException {
    return keep(BLOB + digest, store.blob(digest));
  }

  /** Keeps an unpacked layer from now on, and returns whether it is there. */
  public boolean keepLayer(Digest diffId) throws IOException {
    return keep(LAYER + diffId, store.layer(diffId));
  }

  private synchronized boolean keep(String line, Path path) throws IOException {
    if (closed) {
      throw new IllegalStateException("the lease has ended");
    }
    if (held.contains(line)) {
      return Files.exists(path);
    }
    try (FileLock _ = FileLock.shared(store.linux(), store.lock())) {
      Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
      held.add(line);
      return Files.exists(path);
    }
  }

  /**
   * Adds what the running leases hold, and removes those of dead owners. The caller has the lock of
   * the store alone.
   */
  static void mark(StoreFolder store, Marked marked) throws IOException {
    for (String name : StoreFolder.names(store.leases())) {
      Path file = store.leases().resolve(name);
      try (FileLock stale = FileLock.tryAlone(store.linux(), file)) {
        if (stale != null) {
          Files.deleteIfExists(file);
          continue;
        }
      }
      for (String line : lines(file)) {
        if (line.startsWith(BLOB)) {
          marked.blob(Digest.parse(line.substring(BLOB.length())));
        } else if (line.startsWith(LAYER)) {
          marked.layer(Digest.parse(line.substring(LAYER.length())));
        }
      }
    }
  }

  /** What a lease holds, nothing when it has ended by now. */
  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The next collection of garbage removes it: nobody has its lock then.
    } finally {
      lock.close();
    }
  }
}
