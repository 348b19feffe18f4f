package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.store.Records;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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
  private final Map<Digest, Digest> noted = new ConcurrentHashMap<>();
  private final Set<Digest> foreign = ConcurrentHashMap.newKeySet();
  private final Map<Digest, Descriptor> archives = new ConcurrentHashMap<>();
  private final List<ImportedCache> imported = new CopyOnWriteArrayList<>();
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
    Digest layer = content == null ? null : Digest.parseOrNull(new String(content, UTF_8).strip());
    if (layer != null && lease.keepLayer(layer)) {
      records.touch(key.hex());
      return layer;
    }
    return findElsewhere(key);
  }

  /** What comes from elsewhere counts in this build and is not written down for others. */
  private @Nullable Digest findElsewhere(Digest key) throws IOException {
    for (ImportedCache cache : imported) {
      Digest layer = cache.find(key, archives);
      if (layer != null) {
        made.put(key, layer);
        foreign.add(layer);
        return layer;
      }
    }
    return null;
  }

  /** Uses results from elsewhere in this build. */
  void add(ImportedCache cache) {
    imported.add(cache);
  }

  /** Uses a layer of the store as the result of a key in this build. */
  void add(Digest key, Digest layer, Descriptor archive) {
    made.put(key, layer);
    foreign.add(layer);
    archives.put(layer, archive);
  }

  /** Returns the archive in the store of a layer that came from elsewhere, null for others. */
  @Nullable Descriptor archive(Digest layer) {
    return archives.get(layer);
  }

  /** Returns the layers of this build by their keys. */
  Map<Digest, Digest> results() {
    return Map.copyOf(noted);
  }

  /** Notes by which key a layer was found or made in this build. */
  void note(Digest layer, Digest key) {
    keys.put(layer, key);
    noted.put(key, layer);
  }

  /** Returns the key of a layer of this build, null for one of a base image. */
  @Nullable Digest keyOf(Digest layer) {
    return keys.get(layer);
  }

  /** Notes another key of a result; for this build only when the result is from elsewhere. */
  void alias(Digest key, Digest layer) {
    if (foreign.contains(layer)) {
      made.put(key, layer);
    } else {
      put(key, layer);
    }
  }

  /** Writes down what a step has made. */
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
