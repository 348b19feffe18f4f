package io.lighter.images.registry.server.storage;

import io.lighter.images.ImageException;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Reclaimed;
import io.lighter.linux.Linux;
import io.lighter.runtime.PrivateFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * All repositories of a registry. One process uses a folder at a time; in it, any number of
 * threads.
 */
public final class RegistryStore implements AutoCloseable {
  private static final int MAX_NAME = 190;
  private static final String REPOSITORIES = "repositories";

  private final FileChannel lock;
  private final ImageStore images;
  private final Uploads uploads;

  /** Written by who takes links away, read by who adds them. */
  private final ReadWriteLock links = new ReentrantReadWriteLock();

  private RegistryStore(FileChannel lock, ImageStore images, Uploads uploads) {
    this.lock = lock;
    this.images = images;
    this.uploads = uploads;
  }

  /**
   * Opens a folder, and makes it when it is not there.
   *
   * @throws IOException when another process uses it
   */
  public static RegistryStore open(Linux linux, Path root) throws IOException {
    PrivateFolder.ensure(linux, root.toAbsolutePath());
    FileChannel lock =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (tryLock(lock) == null) {
        throw new IOException(
            root
                + " is in use by another process: a registry that is served collects its garbage"
                + " itself");
      }
      ImageStore images = ImageStore.open(linux, root.resolve("store"));
      return new RegistryStore(lock, images, new Uploads(images, root.resolve("uploads")));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /**
   * Returns a repository, which need not exist.
   *
   * @throws ImageException when nothing can have this name
   */
  public StoredRepository repository(String name) {
    if (name.length() > MAX_NAME) {
      throw new ImageException(
          "a name of a repository must not be longer than " + MAX_NAME + " characters");
    }
    // The constructor checks the name, so that it is no way out of the folder.
    String checked = new Reference("localhost", name, null, null).path();
    return new StoredRepository(images, links.readLock(), checked);
  }

  /** The names of all repositories, sorted. */
  public List<String> repositories() throws IOException {
    return images.records(REPOSITORIES).names().stream()
        .map(StoredRepository::decode)
        .sorted()
        .toList();
  }

  public Uploads uploads() {
    return uploads;
  }

  /**
   * Removes what no manifest needs, while everything goes on.
   *
   * @param grace of blobs that no manifest refers to yet, since they were pushed or asked for last
   * @param abandoned uploads that nobody has gone on with for so long are removed
   */
  public Reclaimed collectGarbage(Duration grace, Duration abandoned) throws IOException {
    Instant oldest = Instant.now().minus(grace);
    for (String name : repositories()) {
      links.writeLock().lock();
      try {
        repository(name).unlinkUnused(oldest);
      } finally {
        links.writeLock().unlock();
      }
    }
    uploads.removeOlder(Instant.now().minus(abandoned));
    return images.collectGarbage();
  }

  /**
   * Takes away what a mirror fetched before a time, while everything goes on; its content goes with
   * the next collection of garbage.
   */
  public void expire(Instant fetchedBefore) throws IOException {
    for (String name : repositories()) {
      links.writeLock().lock();
      try {
        repository(name).expire(fetchedBefore);
      } finally {
        links.writeLock().unlock();
      }
    }
  }

  /** Lets another process use the folder. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
