package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.images.Digest;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.store.Records;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Layers by the keys of the steps that made them, in the store: it survives restarts, and all
 * builds share it. Thread-safe.
 *
 * <p>A record waits for the disk, and the next step need not wait for the record: they are written
 * by a thread of their own, one after the other.
 */
final class BuildCache implements AutoCloseable {
  /** The kind of the records. */
  static final String KIND = "build";

  private final Records records;
  private final Lease lease;
  private final Map<Digest, Digest> made = new ConcurrentHashMap<>();
  private final Map<Digest, Digest> keys = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<Future<?>> written = new LinkedBlockingQueue<>();
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("build cache").factory());

  BuildCache(ImageStore store, Lease lease) {
    this.records = store.records(KIND);
    this.lease = lease;
  }

  /** Returns the layer of a key, which the lease keeps from now on, or null. */
  @Nullable Digest find(Digest key) throws IOException {
    Digest own = made.get(key);
    if (own != null) {
      return own;
    }
    byte[] content = records.get(key.hex());
    if (content == null) {
      return null;
    }
    Digest layer = Digest.parseOrNull(new String(content, UTF_8).strip());
    if (layer == null || !lease.keepLayer(layer)) {
      return null;
    }
    records.touch(key.hex());
    return layer;
  }

  /** Notes by which key a layer was found or made in this build. */
  void note(Digest layer, Digest key) {
    keys.put(layer, key);
  }

  /** Returns the key of a layer of this build, null for one of a base image. */
  @Nullable Digest keyOf(Digest layer) {
    return keys.get(layer);
  }

  void put(Digest key, Digest layer) {
    made.put(key, layer);
    written.add(
        writer.submit(
            () -> {
              records.put(key.hex(), (layer + "\n").getBytes(UTF_8), Set.of(), List.of(layer));
              return null;
            }));
  }

  /**
   * Waits until all records are written.
   *
   * @throws IOException when one could not be
   */
  @Override
  public void close() throws IOException {
    writer.close();
    for (Future<?> record : written) {
      try {
        record.get();
      } catch (ExecutionException e) {
        throw new IOException("the cache of builds cannot be written: " + e.getCause(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("writing the cache of builds was interrupted", e);
      }
    }
  }
}
