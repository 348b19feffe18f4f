package io.lighter.images.archive;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
import io.lighter.images.Platform;
import io.lighter.images.compression.Compression;
import io.lighter.images.manifest.ContainerConfig;
import io.lighter.images.manifest.History;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.store.NewBlob;
import io.lighter.images.store.NewImage;
import io.lighter.images.store.NewLayer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes an image of an archive of files. It has one layer, and no history but that it was imported:
 * an image that was loaded has all its layers and its past.
 */
public final class ImageImport {
  private static final int BUFFER = 1 << 17;

  private final ImageStore store;

  /** Imports into a store. */
  public ImageImport(ImageStore store) {
    this.store = store;
  }

  /**
   * Imports.
   *
   * @param in a tar archive, plain or compressed by gzip, bzip2, xz or zstd
   * @param comment for the history
   * @param platform of the programs in it
   * @param config what containers of the image get
   * @param name that it gets, or null
   * @return the image
   */
  public ImageRecord run(
      InputStream in,
      String comment,
      Platform platform,
      ContainerConfig config,
      @Nullable Reference name)
      throws IOException {
    String now = Instant.now().toString();
    try (Lease lease = store.lease()) {
      Descriptor blob = store(lease, in);
      Digest diffId = unpack(lease, blob.digest());
      History history = new History(now, "", "", comment, false);
      ImageConfig document =
          new ImageConfig(now, "", platform, config, List.of(diffId), List.of(history));
      return new NewImage(document, List.of(blob), null)
          .put(store, lease, name == null ? List.of() : List.of(name));
    }
  }

  /** Stores the archive as it came where there is a type of layer for it. */
  private Descriptor store(Lease lease, InputStream in) throws IOException {
    try (NewBlob blob = store.blobs().create(lease)) {
      Compression.Detected detected = Compression.detect(new BufferedInputStream(in, BUFFER));
      String type =
          switch (detected.compression()) {
            case GZIP -> MediaTypes.OCI_LAYER_GZIP;
            case ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
            case NONE, BZIP2, XZ -> MediaTypes.OCI_LAYER;
          };
      boolean unpacked = type.equals(MediaTypes.OCI_LAYER);
      InputStream kept =
          unpacked ? detected.compression().decompressing(detected.stream()) : detected.stream();
      kept.transferTo(blob);
      long size = blob.size();
      return new Descriptor(type, blob.commit(), size);
    }
  }

  private Digest unpack(Lease lease, Digest blob) throws IOException {
    try (NewLayer layer = store.layers().create(lease);
        InputStream packed = store.blobs().openStream(blob);
        InputStream tar = Compression.decompress(new BufferedInputStream(packed, BUFFER))) {
      return layer.unpack(tar);
    }
  }
}
