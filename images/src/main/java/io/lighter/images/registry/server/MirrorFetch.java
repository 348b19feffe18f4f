package io.lighter.images.registry.server;

import io.lighter.images.Descriptor;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.server.storage.StoredRepository;
import io.lighter.images.store.Ingest;
import io.lighter.images.store.Lease;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One transfer of a blob into the store, which clients read while it goes on. */
final class MirrorFetch {
  private static final int PIECE = 128 * 1024;

  private final StoredRepository repository;
  private final RemoteRepository remote;
  private final Descriptor blob;
  private final InstantSource clock;
  private final CompletableFuture<Ingest> begun = new CompletableFuture<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  MirrorFetch(
      StoredRepository repository, RemoteRepository remote, Descriptor blob, InstantSource clock) {
    this.repository = repository;
    this.remote = remote;
    this.blob = blob;
    this.clock = clock;
  }

  /** Fetches; whatever goes wrong is thrown to those who follow. */
  void run() {
    Instant asked = clock.instant();
    try (Lease lease = repository.lease();
        Ingest ingest = repository.content().begin(lease, blob.digest(), blob.size())) {
      begun.complete(ingest);
      if (!ingest.isDone()) {
        write(ingest);
        ingest.commit();
      }
      // Also when no client waits for it any more.
      repository.linkBlob(blob.digest(), asked);
      done.complete(null);
    } catch (IOException | RuntimeException e) {
      begun.completeExceptionally(e);
      done.completeExceptionally(e);
    }
  }

  private void write(Ingest ingest) throws IOException {
    byte[] buffer = new byte[PIECE];
    try (InputStream in = remote.blob(blob, ingest.offset())) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        ingest.write(buffer, 0, read);
      }
    }
  }

  /**
   * Returns the content from its start. The last piece is held back until the digest was found to
   * be right, so that no client takes wrong content for the whole.
   */
  InputStream follow() throws IOException {
    return new HeldBack(join(begun).follow());
  }

  private static <T> T join(CompletableFuture<T> future) throws IOException {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IOException(e.getCause());
    }
  }

  private final class HeldBack extends FilterInputStream {
    private long position;

    HeldBack(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = in.read(target, offset, length);
      position += Math.max(read, 0);
      if (position == blob.size()) {
        join(done);
      }
      return read;
    }
  }
}
