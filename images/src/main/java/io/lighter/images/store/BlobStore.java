package io.lighter.images.store;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Content by its digest. What is here is whole and was checked when it was written. Safe for use by
 * many threads and processes.
 *
 * <p>What is used for longer than an instant must be kept, by a {@link Lease} or a record, or
 * garbage collection may remove it; a file that is open stays readable all the same.
 */
public final class BlobStore {
  private final StoreFolder store;

  BlobStore(StoreFolder store) {
    this.store = store;
  }

  /** Whether a blob is here. */
  public boolean has(Digest digest) {
    return Files.exists(store.blob(digest));
  }

  /**
   * The size of a blob in bytes.
   *
   * @throws NoSuchFileException when it is not here
   */
  public long size(Digest digest) throws IOException {
    return Files.size(store.blob(digest));
  }

  /** The file of a blob, for who must hand on a path. It may only be read. */
  public Path path(Digest digest) {
    return store.blob(digest);
  }

  /**
   * Opens a blob for reading.
   *
   * @throws NoSuchFileException when it is not here
   */
  public FileChannel open(Digest digest) throws IOException {
    return FileChannel.open(store.blob(digest), StandardOpenOption.READ);
  }

  /** Opens a blob as a stream. */
  public InputStream openStream(Digest digest) throws IOException {
    return Files.newInputStream(store.blob(digest));
  }

  /**
   * Reads a small blob.
   *
   * @throws ImageException when it is larger than {@code most} bytes, or not here
   */
  public byte[] read(Digest digest, int most) throws IOException {
    byte[] content = readIfPresent(digest, most);
    if (content == null) {
      throw new ImageException("the content " + digest + " is not in the store");
    }
    return content;
  }

  /**
   * Reads a small blob; returns null when it is not here.
   *
   * @throws ImageException when it is larger than {@code most} bytes
   */
  public byte @Nullable [] readIfPresent(Digest digest, int most) throws IOException {
    try (FileChannel channel = open(digest)) {
      if (channel.size() > most) {
        throw new ImageException(
            "%s has %d bytes, more than the %d that are read at once"
                .formatted(digest, channel.size(), most));
      }
      return Channels.newInputStream(channel).readAllBytes();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Writes a small blob, unless it is here, and keeps it by the lease. */
  public Digest put(Lease lease, byte[] content) throws IOException {
    Digest digest = Digest.of(content);
    if (!lease.keepBlob(digest)) {
      try (Ingest ingest = begin(lease, digest, content.length)) {
        if (!ingest.isDone()) {
          ingest.restart();
          ingest.write(content, 0, content.length);
          ingest.commit();
        }
      }
    }
    return digest;
  }

  /**
   * Begins to write a blob whose digest is known, and keeps it by the lease. Waits for whoever is
   * writing it already; what somebody has written who did not come to the end is not written again.
   *
   * @param size in bytes, or -1 when it is not known
   */
  public Ingest begin(Lease lease, Digest digest, long size) throws IOException {
    return Ingest.of(store, lease, digest, size);
  }

  /** Begins to write a blob whose digest nobody knows yet; nobody can go on with it later. */
  public NewBlob create(Lease lease) throws IOException {
    return NewBlob.create(store, lease);
  }

  /**
   * Takes over a file whose content has a digest, which the caller has seen to, and keeps it by the
   * lease.
   *
   * @param file on the file system of the store; gone afterwards
   */
  public void adopt(Lease lease, Digest digest, Path file) throws IOException {
    if (lease.keepBlob(digest)) {
      Files.deleteIfExists(file);
      return;
    }
    Path target = store.blob(digest);
    Files.createDirectories(Objects.requireNonNull(target.getParent()));
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** All blobs that are here. */
  public List<Digest> list() throws IOException {
    List<Digest> all = new ArrayList<>();
    for (String algorithm : StoreFolder.names(store.blobs())) {
      for (String hex : StoreFolder.names(store.blobs().resolve(algorithm))) {
        all.add(new Digest(algorithm, hex));
      }
    }
    return all;
  }
}
