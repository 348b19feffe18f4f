package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.images.Digest;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Reclaimed;
import io.lighter.images.store.Records;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Removes what builds have kept for later builds. */
public final class BuildCachePruning {
  private final ImageStore store;

  /** Prunes the cache in a store. */
  public BuildCachePruning(ImageStore store) {
    this.store = store;
  }

  /**
   * Removes records of the cache, and then all content that nothing needs any more. What a build
   * uses at this moment stays.
   *
   * @param all also the steps of images that are there, and the folders of {@code
   *     --mount=type=cache}, whose bytes are not counted
   * @param before only what was not used since; null for whatever there is
   */
  public Reclaimed prune(boolean all, @Nullable Instant before) throws IOException {
    Set<Digest> used = new HashSet<>();
    for (ImageRecord image : store.images()) {
      used.addAll(image.diffIds());
    }
    Records records = store.records(BuildCache.KIND);
    for (String name : records.names()) {
      byte[] content = records.get(name);
      Instant last = records.lastUsed(name);
      if (content == null || last == null || (before != null && !last.isBefore(before))) {
        continue;
      }
      Digest layer = Digest.parseOrNull(new String(content, UTF_8).strip());
      if (all || layer == null || !used.contains(layer)) {
        records.remove(name);
      }
    }
    if (all && before == null) {
      new CacheFolders(store).removeUnused();
    }
    return store.collectGarbage();
  }
}
