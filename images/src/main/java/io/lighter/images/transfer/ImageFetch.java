package io.lighter.images.transfer;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Ingest;
import io.lighter.images.store.Lease;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Brings all that one image is made of into the store, wherever it comes from: its documents, its
 * layers as they come, and unpacked.
 */
public final class ImageFetch {
  /** Layers on their way at once. */
  private static final int AT_ONCE = 6;

  private final ImageStore store;
  private final Lease lease;
  private final BlobOrigin origin;
  private final Progress progress;

  /**
   * Prepares to fetch.
   *
   * @param lease keeps what comes until the record of the image is written
   */
  public ImageFetch(ImageStore store, Lease lease, BlobOrigin origin, Progress progress) {
    this.store = store;
    this.lease = lease;
    this.origin = origin;
    this.progress = progress;
  }

  /**
   * Fetches an image.
   *
   * @param what it is called in errors
   * @param mediaType of the manifest
   * @param document its bytes
   * @param acceptance sees the configuration before layers are fetched, and throws to refuse it
   * @return what is to be written down by {@link ImageStore#put}
   * @throws ImageException when it is no image, or not what it should be
   */
  public ImageRecord fetch(
      String what, String mediaType, byte[] document, Consumer<ImageConfig> acceptance)
      throws IOException {
    ImageManifest manifest = ImageManifest.read(mediaType, document);
    if (!manifest.isImage()) {
      throw new ImageException(
          "%s is no image of a container but an artifact of type %s"
              .formatted(what, manifest.config().mediaType()));
    }
    Digest digest = store.blobs().put(lease, document);
    ImageConfig config = ImageConfig.read(configuration(what, manifest.config()));
    acceptance.accept(config);
    check(what, manifest, config);
    layers(manifest.layers(), config.diffIds());
    return new ImageRecord(
        new Descriptor(manifest.mediaType(), digest, document.length),
        manifest.config(),
        manifest.layers(),
        config.diffIds(),
        size(config.diffIds()),
        null,
        Instant.now(),
        null);
  }

  /**
   * Fetches a layer alone, unless it is here.
   *
   * @throws ImageException when it is not what its digests say
   */
  public void layer(Descriptor blob, Digest diffId) throws IOException {
    LayerFetch layer = new LayerFetch(store, lease, origin, blob, diffId, progress);
    if (!layer.isHere()) {
      layer.call();
    }
  }

  private static void check(String what, ImageManifest manifest, ImageConfig config) {
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new ImageException(
          "the manifest of %s has %d layers, and its configuration %d"
              .formatted(what, manifest.layers().size(), config.diffIds().size()));
    }
    for (Descriptor layer : manifest.layers()) {
      if (!MediaTypes.isLayer(layer.mediaType())) {
        throw new ImageException(
            "the layer %s of %s has the type \"%s\", which is not known"
                .formatted(layer.digest(), what, layer.mediaType()));
      }
    }
  }

  private byte[] configuration(String what, Descriptor blob) throws IOException {
    if (blob.size() > ImageConfig.MAX_BYTES) {
      throw new ImageException(
          "the configuration of %s has %d bytes, more than %d"
              .formatted(what, blob.size(), ImageConfig.MAX_BYTES));
    }
    try (Ingest ingest = store.blobs().begin(lease, blob.digest(), blob.size())) {
      if (!ingest.isDone()) {
        try (InputStream in = origin.open(blob, ingest.offset())) {
          byte[] chunk = new byte[1 << 14];
          for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            ingest.write(chunk, 0, read);
          }
        }
        ingest.commit();
      }
    }
    return store.blobs().read(blob.digest(), ImageConfig.MAX_BYTES);
  }

  private void layers(List<Descriptor> blobs, List<Digest> diffIds) throws IOException {
    List<LayerFetch> missing = new ArrayList<>();
    for (int i = 0; i < blobs.size(); i++) {
      LayerFetch layer =
          new LayerFetch(store, lease, origin, blobs.get(i), diffIds.get(i), progress);
      if (layer.isHere()) {
        layer.say("Already exists");
      } else {
        layer.say("Pulling fs layer");
        missing.add(layer);
      }
    }
    Together.run("layers", AT_ONCE, missing);
  }

  private long size(List<Digest> diffIds) throws IOException {
    long size = 0;
    for (Digest diffId : diffIds) {
      size += store.layers().size(diffId);
    }
    return size;
  }
}
