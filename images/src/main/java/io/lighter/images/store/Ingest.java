package io.lighter.images.store;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A blob while it is written. The digest is computed on the way, and a blob that has another one or
 * another size does not come into the store. Who closes it without {@link #commit} leaves what was
 * written for the next who wants this blob.
 *
 * <p>One thread writes; any number may {@link #follow}.
 */
public final class Ingest implements AutoCloseable {
  private final StoreFolder store;
  private final Digest digest;
  private final long size;
  private final @Nullable FileLock lock;
  private final @Nullable FileChannel file;
  private final GrowingFile growth;
  private MessageDigest hash;

  private Ingest(
      StoreFolder store,
      Digest digest,
      long size,
      @Nullable FileLock lock,
      @Nullable FileChannel file) {
    this.store = store;
    this.digest = digest;
    this.size = size;
    this.lock = lock;
    this.file = file;
    this.hash = digest.newMessageDigest();
    this.growth = new GrowingFile();
  }

  static Ingest of(StoreFolder store, Lease lease, Digest digest, long size) throws IOException {
    if (lease.keepBlob(digest)) {
      return new Ingest(store, digest, size, null, null);
    }
    Path path = store.ingest(digest);
    FileLock lock = FileLock.alone(store.linux(), path);
    FileChannel file = null;
    try {
      if (Files.exists(store.blob(digest))) {
        // Whoever had the lock before us has written it; opening the path made it anew.
        Files.deleteIfExists(path);
        lock.close();
        return new Ingest(store, digest, size, null, null);
      }
      file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      Ingest ingest = new Ingest(store, digest, size, lock, file);
      ingest.resume();
      return ingest;
    } catch (IOException | RuntimeException e) {
      if (file != null) {
        file.close();
      }
      lock.close();
      throw e;
    }
  }

  private void resume() throws IOException {
    FileChannel open = open();
    if (size >= 0 && open.size() > size) {
      open.truncate(0);
    }
    ByteBuffer buffer = ByteBuffer.allocate(1 << 17);
    while (open.read(buffer) >= 0) {
      hash.update(buffer.flip());
      growth.advance(buffer.limit());
      buffer.clear();
    }
  }

  /** Whether the blob is in the store already, and there is nothing to be written. */
  public boolean isDone() {
    return file == null;
  }

  /** How many bytes are written: where to go on. */
  public long offset() {
    return growth.written();
  }

  /** Forgets what was written. Nobody may be following. */
  public void restart() throws IOException {
    open().truncate(0);
    open().position(0);
    hash.reset();
    growth.reset();
  }

  /**
   * Writes the bytes that come next.
   *
   * @throws ImageException when these are more than the blob has
   */
  public void write(byte[] bytes, int from, int length) throws IOException {
    if (size >= 0 && growth.written() + length > size) {
      throw new ImageException(
          "%s should have %d bytes, and more came: what sent it lies about the size, or the"
                  .formatted(digest, size)
              + " manifest does");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes, from, length);
    while (buffer.hasRemaining()) {
      open().write(buffer);
    }
    hash.update(bytes, from, length);
    growth.advance(length);
  }

  /**
   * Returns a stream of the blob from its first byte, which waits for what is not written yet, and
   * fails when the writer gives up. It does not vouch for the digest: {@link #commit} does.
   */
  public InputStream follow() throws IOException {
    if (isDone()) {
      return Files.newInputStream(store.blob(digest));
    }
    return growth.follow(openForReading());
  }

  private FileChannel openForReading() throws IOException {
    try {
      return FileChannel.open(store.ingest(digest), StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      // It was committed meanwhile.
      return FileChannel.open(store.blob(digest), StandardOpenOption.READ);
    }
  }

  /**
   * Puts the blob into the store.
   *
   * @throws ImageException when its size or its digest is not what it should be; what was written
   *     is gone then
   */
  public void commit() throws IOException {
    if (isDone()) {
      return;
    }
    try {
      check();
    } catch (ImageException e) {
      growth.fail(e);
      Files.deleteIfExists(store.ingest(digest));
      throw e;
    }
    Path target = store.blob(digest);
    Files.createDirectories(Objects.requireNonNull(target.getParent()));
    Files.move(store.ingest(digest), target, StandardCopyOption.ATOMIC_MOVE);
    growth.finish();
  }

  private void check() {
    if (size >= 0 && growth.written() != size) {
      throw new ImageException(
          "%s should have %d bytes, and only %d came".formatted(digest, size, growth.written()));
    }
    Digest found = digest.sameAlgorithm(hash.digest());
    if (!found.equals(digest)) {
      throw new ImageException(
          "what came as %s has the digest %s: it was damaged or changed on the way"
              .formatted(digest, found));
    }
  }

  private FileChannel open() {
    if (file == null) {
      throw new IllegalStateException(digest + " is in the store already");
    }
    return file;
  }

  /** Ends the writing; who follows and has not had all gets an error. */
  @Override
  public void close() throws IOException {
    growth.fail(new IOException("the transfer of " + digest + " was given up"));
    if (file != null) {
      file.close();
    }
    if (lock != null) {
      lock.close();
    }
  }
}
