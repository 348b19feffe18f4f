package io.lighter.images.store;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.linux.Fd;
import io.lighter.overlay.archive.ArchiveExtractor;
import io.lighter.overlay.archive.ExtractedArchive;
import io.lighter.overlay.archive.ExtractionOptions;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A layer while it is unpacked. Closing it before it is whole removes it. Not thread-safe. */
public final class LayerIngest implements AutoCloseable {
  private final StoreFolder store;
  private final Digest diffId;
  private final @Nullable LayerDraft draft;

  private LayerIngest(StoreFolder store, Digest diffId, @Nullable LayerDraft draft) {
    this.store = store;
    this.diffId = diffId;
    this.draft = draft;
  }

  static LayerIngest of(StoreFolder store, Lease lease, Digest diffId) throws IOException {
    if (lease.keepLayer(diffId)) {
      return new LayerIngest(store, diffId, null);
    }
    LayerDraft draft = LayerDraft.begin(store, diffId.algorithm() + "-" + diffId.hex());
    if (lease.keepLayer(diffId)) {
      draft.close();
      return new LayerIngest(store, diffId, null);
    }
    return new LayerIngest(store, diffId, draft);
  }

  /** Whether the layer is in the store already, and there is nothing to unpack. */
  public boolean isDone() {
    return draft == null;
  }

  /**
   * Unpacks the layer and puts it into the store.
   *
   * @param tar uncompressed; it is read to its end and stays open
   * @throws ImageException when the archive is not the one that the digest names
   * @throws io.lighter.overlay.archive.ArchiveException when it is refused
   */
  public void extract(InputStream tar) throws IOException {
    LayerDraft open = draft;
    if (open == null) {
      throw new IllegalStateException(diffId + " is in the store already");
    }
    MessageDigest hash = diffId.newMessageDigest();
    ExtractedArchive archive;
    try (Fd files = open.makeFiles()) {
      archive =
          new ArchiveExtractor(store.linux(), ExtractionOptions.LAYER)
              .extract(new DigestInputStream(tar, hash), files);
    }
    Digest found = diffId.sameAlgorithm(hash.digest());
    if (!found.equals(diffId)) {
      throw new ImageException(
          "invalid diffID for layer: the image's configuration says %s, and the archive is %s"
              .formatted(diffId, found));
    }
    open.commit(diffId, archive.contentBytes());
  }

  @Override
  public void close() throws IOException {
    if (draft != null) {
      draft.close();
    }
  }
}
