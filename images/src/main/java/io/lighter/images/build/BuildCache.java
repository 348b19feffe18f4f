package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.images.Digest;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.store.Records;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Layers by the keys of the steps that made them, in the store: it survives restarts, and all
 * builds share it. Thread-safe.
 */
final class BuildCache {
  /** The kind of the records. */
  static final String KIND = "build";

  private final Records records;
  private final Lease lease;

  BuildCache(ImageStore store, Lease lease) {
    this.records = store.records(KIND);
    this.lease = lease;
  }

  /** Returns the layer of a key, which the lease keeps from now on, or null. */
  @Nullable Digest find(Digest key) throws IOException {
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

  void put(Digest key, Digest layer) throws IOException {
    records.put(key.hex(), (layer + "\n").getBytes(UTF_8), Set.of(), List.of(layer));
  }
}
