package io.lighter.images.transfer;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.compression.Compression;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Ingest;
import io.lighter.images.store.LayerIngest;
import io.lighter.images.store.Lease;
import io.lighter.overlay.archive.ArchiveException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * One layer on its way: one thread writes the blob into the store as it comes, another unpacks it
 * from there as far as it is written. So a connection that breaks costs no unpacking, and nothing
 * is held in memory.
 */
final class LayerFetch implements Callable<Void> {
  private static final int CHUNK = 1 << 17;
  private static final long TELL_EVERY = 1 << 19;

  private final ImageStore store;
  private final Lease lease;
  private final BlobOrigin origin;
  private final Descriptor blob;
  private final Digest diffId;
  private final Progress progress;
  private final String id;

  LayerFetch(
      ImageStore store,
      Lease lease,
      BlobOrigin origin,
      Descriptor blob,
      Digest diffId,
      Progress progress) {
    this.store = store;
    this.lease = lease;
    this.origin = origin;
    this.blob = blob;
    this.diffId = diffId;
    this.progress = progress;
    this.id = blob.digest().shortHex();
  }

  /** Whether the layer is here, compressed and unpacked, and there is nothing to do. */
  boolean isHere() throws IOException {
    return lease.keepBlob(blob.digest()) && lease.keepLayer(diffId);
  }

  /** Says something about this layer. */
  void say(String status) {
    progress.say(id, status);
  }

  @Override
  public Void call() throws IOException {
    try (Ingest ingest = store.blobs().begin(lease, blob.digest(), blob.size());
        LayerIngest layer = store.layers().begin(lease, diffId)) {
      if (layer.isDone()) {
        download(ingest);
      } else if (ingest.isDone()) {
        unpack(ingest, layer);
      } else {
        downloadAndUnpack(ingest, layer);
      }
    }
    progress.say(id, "Pull complete");
    return null;
  }

  private void downloadAndUnpack(Ingest ingest, LayerIngest layer) throws IOException {
    FutureTask<Void> unpacking =
        new FutureTask<>(
            () -> {
              unpack(ingest, layer);
              return null;
            });
    Thread thread =
        Thread.ofPlatform()
            .name("unpack-" + id)
            .inheritInheritableThreadLocals(false)
            .start(unpacking);
    try {
      download(ingest);
    } catch (IOException | RuntimeException e) {
      // Whoever unpacks waits for more: there is none.
      ingest.close();
      join(thread);
      throw e;
    }
    join(thread);
    try {
      unpacking.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IOException(cause == null ? "" : String.valueOf(cause.getMessage()), cause);
    } catch (InterruptedException e) {
      throw new AssertionError("it has ended", e);
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        thread.interrupt();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void download(Ingest ingest) throws IOException {
    if (ingest.isDone()) {
      return;
    }
    byte[] chunk = new byte[CHUNK];
    long told = 0;
    try (InputStream in = origin.open(blob, ingest.offset())) {
      int read = in.read(chunk);
      while (read >= 0) {
        ingest.write(chunk, 0, read);
        if (ingest.offset() - told >= TELL_EVERY) {
          told = ingest.offset();
          progress.on(new ProgressEvent(id, "Downloading", told, blob.size()));
        }
        read = in.read(chunk);
      }
    }
    progress.say(id, "Verifying Checksum");
    ingest.commit();
    progress.say(id, "Download complete");
  }

  private void unpack(Ingest ingest, LayerIngest layer) throws IOException {
    try (InputStream packed = new Counted(ingest.follow());
        InputStream tar = Compression.decompress(new BufferedInputStream(packed, CHUNK))) {
      layer.extract(tar);
    } catch (ArchiveException e) {
      throw new ImageException("the layer " + blob.digest() + " is refused: " + e.getMessage(), e);
    }
  }

  /** Tells how far the unpacking is. */
  private final class Counted extends FilterInputStream {
    private long position;
    private long told;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      advance(value < 0 ? -1 : 1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = super.read(bytes, from, length);
      advance(read);
      return read;
    }

    private void advance(int bytes) {
      position += Math.max(0, bytes);
      if (position - told >= TELL_EVERY) {
        told = position;
        progress.on(new ProgressEvent(id, "Extracting", position, blob.size()));
      }
    }
  }
}
