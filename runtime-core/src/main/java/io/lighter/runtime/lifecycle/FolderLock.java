package io.lighter.runtime.lifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps two processes, or two threads, from starting or deleting one container at once. Who comes
 * second is refused and does not wait: what the first does may take long.
 */
final class FolderLock implements AutoCloseable {
  /** The kernel's lock is the process's, not the thread's. */
  private static final ReentrantLock UPDATES = new ReentrantLock();

  private final FileChannel channel;
  private final boolean ofUpdates;

  private FolderLock(FileChannel channel, boolean ofUpdates) {
    this.channel = channel;
    this.ofUpdates = ofUpdates;
  }

  /**
   * Takes another lock of the folder, for a change of the limits, and waits for it: each change is
   * a matter of milliseconds.
   *
   * @throws LifecycleException when there is no such container
   */
  static FolderLock awaitForUpdate(Path folder) {
    UPDATES.lock();
    FileChannel channel = null;
    try {
      channel = open(folder.resolve("lock-of-updates"));
      channel.lock();
      return new FolderLock(channel, true);
    } catch (NoSuchFileException e) {
      UPDATES.unlock();
      throw new LifecycleException("there is no container " + folder.getFileName(), e);
    } catch (IOException e) {
      close(channel);
      UPDATES.unlock();
      throw new UncheckedIOException(
          "the container " + folder.getFileName() + " cannot be locked", e);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /**
   * Takes the lock; the kernel gives it back when this process ends, however that may be.
   *
   * @throws LifecycleException when somebody has it, or there is no such container
   */
  static FolderLock take(Path folder) {
    String id = String.valueOf(folder.getFileName());
    FileChannel channel = null;
    try {
      channel = open(folder.resolve("lock"));
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new FolderLock(channel, false);
      }
      channel.close();
    } catch (OverlappingFileLockException e) {
      close(channel);
    } catch (NoSuchFileException e) {
      throw new LifecycleException("there is no container " + id, e);
    } catch (IOException e) {
      throw new UncheckedIOException("the container " + id + " cannot be locked", e);
    }
    throw new LifecycleException(
        "the container " + id + " is being started or deleted by somebody else");
  }

  private static void close(@org.jspecify.annotations.Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    close(channel);
    if (ofUpdates) {
      UPDATES.unlock();
    }
  }
}
