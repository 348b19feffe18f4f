package io.lighter.images.registry.server.storage;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.store.Lease;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A blob that comes in one or more pieces. What has come is in a file, whose end is where it goes
 * on. The digest is computed on the way, and once from the file when another process began it. One
 * thread holds it at a time.
 */
public final class Upload {
  private static final int PIECE = 128 * 1024;
  private static final int WAIT_SECONDS = 20;

  private final StoredRepository repository;
  private final String id;
  private final Path file;
  private final ReentrantLock lock = new ReentrantLock();
  private final MessageDigest hash = Digest.newSha256();
  private long hashed;

  Upload(StoredRepository repository, String id, Path file) {
    this.repository = repository;
    this.id = id;
    this.file = file;
  }

  public String id() {
    return id;
  }

  /** How many bytes have come. */
  public long size() throws IOException {
    return Files.size(file);
  }

  boolean isBusy() {
    return lock.isLocked();
  }

  /**
   * Makes the calling thread the one that goes on with it. Who had it may not know yet that its
   * client has gone, so that this waits a little.
   *
   * @return whether it is now
   */
  public boolean hold() {
    try {
      return lock.tryLock(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Lets another thread go on. */
  public void release() {
    lock.unlock();
  }

  /** Takes what comes; what has come before the stream breaks is kept. */
  public void append(InputStream in) throws IOException {
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.APPEND)) {
      catchUp(out.size());
      byte[] buffer = new byte[PIECE];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        hash.update(buffer, 0, read);
        hashed += read;
      }
    }
  }

  /** Hashes what is in the file and was written by another process, or not hashed for an error. */
  private void catchUp(long size) throws IOException {
    if (hashed == size) {
      return;
    }
    hash.reset();
    hashed = 0;
    try (InputStream in = Files.newInputStream(file)) {
      hashed = update(hash, in);
    }
  }

  private static long update(MessageDigest hash, InputStream in) throws IOException {
    byte[] buffer = new byte[PIECE];
    long all = 0;
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      hash.update(buffer, 0, read);
      all += read;
    }
    return all;
  }

  /**
   * Makes it a blob of the repository.
   *
   * @throws ImageException when it has another digest; it is gone then
   */
  public void finish(Digest digest) throws IOException {
    catchUp(size());
    Digest found =
        digest.algorithm().equals("sha256") ? Digest.ofSha256(hash.digest()) : rehash(digest);
    hashed = -1; // The hash is used up.
    if (!found.equals(digest)) {
      cancel();
      throw new ImageException("what came as %s has the digest %s".formatted(digest, found));
    }
    try (Lease lease = repository.lease()) {
      repository.content().adopt(lease, digest, file);
      repository.linkBlob(digest);
    }
  }

  private Digest rehash(Digest wanted) throws IOException {
    MessageDigest other = wanted.newMessageDigest();
    try (InputStream in = Files.newInputStream(file)) {
      update(other, in);
    }
    return wanted.sameAlgorithm(other.digest());
  }

  /** Forgets it. */
  public void cancel() throws IOException {
    Files.deleteIfExists(file);
  }
}
