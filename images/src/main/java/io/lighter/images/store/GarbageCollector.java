package io.lighter.images.store;

import io.lighter.images.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Removes what no record, no name and no running operation needs, and nothing else. */
final class GarbageCollector {
  /** How long a broken transfer may be gone on with. */
  static final Duration PARTIAL = Duration.ofDays(7);

  private static final String NEW = "new-";
  private static final String LOCK_OF_LAYER = "layer-";

  private final StoreFolder store;
  private final BlobStore blobs;
  private final LayerStore layers;

  GarbageCollector(StoreFolder store) {
    this.store = store;
    this.blobs = new BlobStore(store);
    this.layers = new LayerStore(store);
  }

  /** Removes what killed processes have left, at the start of another. */
  void sweepLeftovers() throws IOException {
    LayerDraft.sweep(store);
    Instant oldest = Instant.now().minus(PARTIAL);
    for (String name : StoreFolder.names(store.ingest())) {
      if (name.startsWith(LOCK_OF_LAYER)) {
        continue;
      }
      Path file = store.ingest().resolve(name);
      if (name.startsWith(NEW) || isOlder(file, oldest)) {
        try (FileLock lock = FileLock.tryAlone(store.linux(), file)) {
          if (lock != null) {
            Files.deleteIfExists(file);
          }
        }
      }
    }
  }

  private static boolean isOlder(Path file, Instant time) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(time);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Collects. Who begins to use content waits meanwhile; large folders are removed after that. */
  Reclaimed collect() throws IOException {
    List<Digest> goneBlobs = new ArrayList<>();
    List<Digest> goneLayers = new ArrayList<>();
    long bytes = 0;
    try (FileLock _ = FileLock.alone(store.linux(), store.lock())) {
      Marked marked = mark();
      for (Digest digest : blobs.list()) {
        if (!marked.hasBlob(digest)) {
          bytes += blobs.size(digest);
          Files.delete(store.blob(digest));
          goneBlobs.add(digest);
        }
      }
      for (Digest diffId : layers.list()) {
        if (!marked.hasLayer(diffId)) {
          bytes += layers.size(diffId);
          Path aside = store.layers().resolve(StoreFolder.fresh(NEW));
          Files.move(store.layer(diffId), aside, StandardCopyOption.ATOMIC_MOVE);
          goneLayers.add(diffId);
        }
      }
    }
    LayerDraft.sweep(store);
    return new Reclaimed(goneBlobs, goneLayers, bytes);
  }

  private Marked mark() throws IOException {
    Marked marked = new Marked();
    // Before the records: an operation writes its record first and ends its lease then.
    Lease.mark(store, marked);
    for (String name : StoreFolder.names(store.images())) {
      ImageRecord.read(Files.readAllBytes(store.images().resolve(name))).mark(marked);
    }
    for (NamedImage image : References.read(store).all()) {
      marked.blob(image.manifest().digest());
    }
    Records.mark(store, marked);
    return marked;
  }
}
