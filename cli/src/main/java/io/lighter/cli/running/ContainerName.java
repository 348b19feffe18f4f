package io.lighter.cli.running;

import io.lighter.cli.flags.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A name that one running container has: a locked file, which the kernel unlocks with its owner.
 */
public final class ContainerName implements AutoCloseable {
  static final String FOLDER = "names";

  private final Path file;
  private final FileChannel channel;

  private ContainerName(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes a name.
   *
   * @throws UsageException when another container has it
   */
  public static ContainerName take(Path stateFolder, String name) {
    try {
      Path file = Files.createDirectories(stateFolder.resolve(FOLDER)).resolve(name);
      while (true) {
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked(channel)) {
          channel.close();
          throw new UsageException(
              "the container name \"" + name + "\" is in use by a container that runs");
        }
        // The one before may have removed the file between our opening and our locking it.
        if (Files.exists(file)) {
          return new ContainerName(file, channel);
        }
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the name " + name + " cannot be taken: " + e, e);
    }
  }

  /** Lets others find the container that has the name. */
  public void tell(RunningContainer container) {
    try {
      channel.truncate(0);
      ByteBuffer text = ByteBuffer.wrap(container.toBytes());
      while (text.hasRemaining()) {
        channel.write(text, text.position());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the name " + file + " cannot be written: " + e, e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the name " + file + " cannot be given back", e);
    }
  }
}
