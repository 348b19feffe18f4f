package io.lighter.runtime.lifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps two processes, or two threads, from starting or deleting one container at once. Who comes
 * second is refused and does not wait: what the first does may take long.
 */
final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
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
      channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new FolderLock(channel);
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
  }
}
