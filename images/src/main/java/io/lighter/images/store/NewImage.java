package io.lighter.images.store;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.reference.Reference;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image that is made here, of layers that are in the store.
 *
 * @param config with the diffIDs of all layers
 * @param layers their archives, the lowest first
 * @param parent the image that it was made upon, or null
 */
public record NewImage(ImageConfig config, List<Descriptor> layers, @Nullable Digest parent) {
  /** Copies the list. */
  public NewImage {
    layers = List.copyOf(layers);
  }

  /**
   * Writes its documents and its record.
   *
   * @param lease keeps the layers until then
   * @param names that it gets; other images lose them
   */
  public ImageRecord put(ImageStore store, Lease lease, Collection<Reference> names)
      throws IOException {
    byte[] configBytes = config.toBytes();
    Descriptor about = Descriptor.of(MediaTypes.OCI_CONFIG, configBytes);
    byte[] document = ImageManifest.of(MediaTypes.OCI_MANIFEST, about, layers).toBytes();
    Descriptor manifest = Descriptor.of(MediaTypes.OCI_MANIFEST, document);
    store.blobs().put(lease, configBytes);
    store.blobs().put(lease, document);
    long size = 0;
    for (Digest diffId : config.diffIds()) {
      size += store.layers().size(diffId);
    }
    Instant now = Instant.now();
    ImageRecord image =
        new ImageRecord(manifest, about, layers, config.diffIds(), size, parent, now, null);
    store.put(
        image, names.stream().map(name -> new NamedImage(name, image.id(), manifest)).toList());
    return image;
  }
}
