package io.lighter.images.build;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
import io.lighter.images.compression.Compression;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.NewBlob;
import io.lighter.images.transfer.Together;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/** Writes the layers and documents of a built image into the store. Used by one thread. */
final class ImageExport {
  private final BuiltImage built;
  private final ImageStore store;
  private final ExportOptions options;

  ImageExport(BuiltImage built, ExportOptions options) {
    this.built = built;
    this.store = built.store();
    this.options = options;
  }

  /** Writes them, kept by the lease of the build; no record names them yet. */
  ImageRecord write() throws IOException {
    List<Descriptor> layers = layers();
    byte[] config = built.config().toBytes();
    boolean oci = options.ociTypes();
    Descriptor about =
        Descriptor.of(oci ? MediaTypes.OCI_CONFIG : MediaTypes.DOCKER_CONFIG, config);
    String type = oci ? MediaTypes.OCI_MANIFEST : MediaTypes.DOCKER_MANIFEST;
    byte[] document =
        new ImageManifest(
                type,
                about,
                layers,
                Annotation.of(
                    options.annotations(), Annotation.Level.MANIFEST, built.config().platform()),
                null,
                null)
            .toBytes();
    store.blobs().put(built.lease(), config);
    store.blobs().put(built.lease(), document);
    long size = 0;
    for (Digest diffId : built.config().diffIds()) {
      size += store.layers().size(diffId);
    }
    return new ImageRecord(
        Descriptor.of(type, document),
        about,
        layers,
        built.config().diffIds(),
        size,
        built.parent(),
        Instant.now(),
        null);
  }

  private List<Descriptor> layers() throws IOException {
    List<Descriptor> archives = built.archives();
    Descriptor[] layers = new Descriptor[archives.size()];
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < layers.length; i++) {
      Descriptor archive = archives.get(i);
      layers[i] =
          archive.withMediaType(LayerTypes.translated(archive.mediaType(), options.ociTypes()));
      if (isToBeCompressed(archive)) {
        int index = i;
        tasks.add(
            () -> {
              layers[index] = compressed(archive, built.config().diffIds().get(index));
              return null;
            });
      }
    }
    Together.run("compress", Runtime.getRuntime().availableProcessors(), tasks);
    return Arrays.asList(layers);
  }

  private boolean isToBeCompressed(Descriptor archive) {
    Compression wanted = options.compression();
    if (wanted == null || MediaTypes.isForeignLayer(archive.mediaType())) {
      return false;
    }
    Compression is = LayerTypes.compression(archive.mediaType());
    boolean differs = is != wanted;
    return differs
        ? options.force() || is == Compression.NONE
        : options.force() && options.level() != null;
  }

  private Descriptor compressed(Descriptor archive, Digest diffId) throws IOException {
    Compression wanted = options.compression() == null ? Compression.NONE : options.compression();
    try (NewBlob blob = store.blobs().create(built.lease())) {
      try (InputStream packed = store.blobs().openStream(archive.digest());
          InputStream tar = Compression.decompress(packed);
          OutputStream out = wanted.compressing(new LayerArchive.Unclosed(blob), options.level())) {
        tar.transferTo(out);
      }
      long size = blob.size();
      Digest digest = blob.commit();
      if (wanted == Compression.NONE && !digest.equals(diffId)) {
        throw new BuildException("the layer " + diffId + " was changed in the store: " + digest);
      }
      return new Descriptor(LayerTypes.of(wanted, options.ociTypes()), digest, size);
    }
  }
}
