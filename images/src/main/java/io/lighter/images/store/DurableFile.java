package io.lighter.images.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Writes small files that are whole after a crash: a new one, fsync, rename, fsync of the folder.
 */
final class DurableFile {
  private DurableFile() {}

  /** Makes or replaces a file of a store. */
  static void replace(StoreFolder store, Path file, byte[] content) throws IOException {
    Path fresh = store.ingest().resolve(StoreFolder.fresh("new-"));
    // Whoever opens the store removes what is new there and locked by nobody.
    try (FileLock _ = FileLock.alone(store.linux(), fresh)) {
      write(fresh, content);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(fresh);
      throw e;
    }
    syncFolder(file);
  }

  /** Removes a file, so that it stays removed. */
  static boolean delete(Path file) throws IOException {
    if (!Files.deleteIfExists(file)) {
      return false;
    }
    syncFolder(file);
    return true;
  }

  private static void write(Path fresh, byte[] content) throws IOException {
    try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
  }

  private static void syncFolder(Path file) throws IOException {
    try (FileChannel folder =
        FileChannel.open(Objects.requireNonNull(file.getParent()), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}
