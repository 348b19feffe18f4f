package io.lighter.images.build;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.transfer.BlobOrigin;
import io.lighter.images.transfer.ImageFetch;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Results from elsewhere, for one build. A layer is fetched when its key is asked for; one that is
 * not what its digests say is told of, and is no result. Thread-safe.
 */
final class ImportedCache {
  private final String name;
  private final ImageStore store;
  private final Lease lease;
  private final BlobOrigin origin;
  private final Progress progress;
  private final Map<Digest, CacheDocument.Result> results;

  ImportedCache(
      String name,
      ImageStore store,
      Lease lease,
      CacheDocument document,
      BlobOrigin origin,
      Progress progress) {
    this.name = name;
    this.store = store;
    this.lease = lease;
    this.results = new ConcurrentHashMap<>(document.results());
    this.origin = origin;
    this.progress = progress;
  }

  /**
   * Returns the layer of a key, which is in the store then and kept by the lease; null when there
   * is none.
   *
   * @param archives gets the archive of a layer that was fetched
   */
  @Nullable Digest find(Digest key, Map<Digest, Descriptor> archives) throws IOException {
    CacheDocument.Result result = results.get(key);
    if (result == null) {
      return null;
    }
    if (lease.keepLayer(result.diffId())) {
      return result.diffId();
    }
    try {
      new ImageFetch(store, lease, origin, event -> {}).layer(result.blob(), result.diffId());
      archives.put(result.diffId(), result.blob());
      return result.diffId();
    } catch (ImageException | IOException e) {
      results.remove(key);
      progress.warned("a layer in the cache " + name + " is not used: " + e.getMessage());
      return null;
    }
  }
}
