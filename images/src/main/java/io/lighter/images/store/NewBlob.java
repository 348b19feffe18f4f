package io.lighter.images.store;

import io.lighter.images.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * A blob that gets its name when it is whole. Closing it without {@link #commit} removes it. Not
 * thread-safe.
 */
public final class NewBlob extends OutputStream {
  private final StoreFolder store;
  private final Lease lease;
  private final Path path;
  private final FileLock lock;
  private final FileChannel file;
  private final MessageDigest hash = Digest.newSha256();
  private long size;
  private boolean committed;

  private NewBlob(StoreFolder store, Lease lease, Path path, FileLock lock, FileChannel file) {
    this.store = store;
    this.lease = lease;
    this.path = path;
    this.lock = lock;
    this.file = file;
  }

  static NewBlob create(StoreFolder store, Lease lease) throws IOException {
    Path path = store.ingest().resolve(StoreFolder.fresh("new-"));
    FileLock lock = FileLock.alone(store.linux(), path);
    try {
      return new NewBlob(
          store, lease, path, lock, FileChannel.open(path, StandardOpenOption.WRITE));
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, from, length);
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
    hash.update(bytes, from, length);
    size += length;
  }

  /** How many bytes are written. */
  public long size() {
    return size;
  }

  /**
   * Puts the blob into the store, where the lease keeps it.
   *
   * @return its digest
   */
  public Digest commit() throws IOException {
    Digest digest = Digest.ofSha256(hash.digest());
    if (lease.keepBlob(digest)) {
      Files.deleteIfExists(path);
    } else {
      Path target = store.blob(digest);
      Files.createDirectories(Objects.requireNonNull(target.getParent()));
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    }
    committed = true;
    return digest;
  }

  @Override
  public void close() throws IOException {
    try {
      if (!committed) {
        Files.deleteIfExists(path);
      }
    } finally {
      file.close();
      lock.close();
    }
  }
}
