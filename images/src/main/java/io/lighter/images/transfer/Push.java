package io.lighter.images.transfer;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.compression.Compression;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.BlobSource;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.store.NamedImage;
import io.lighter.images.store.NewBlob;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;

/**
 * Sends images from the store to registries. What came from a registry goes as it came, with the
 * same digests; layers of our own making are compressed first, and kept so. What the registry has
 * is not sent, and what another of its repositories has is mounted. What a killed push has sent of
 * a layer is not sent again, if the registry still has it. Thread-safe.
 */
public final class Push {
  private static final int AT_ONCE = 5;

  private final ImageStore store;
  private final Registries registries;
  private final Compression compression;
  private final Progress progress;
  private final UploadNotes notes;

  /**
   * Prepares pushes.
   *
   * @param compression of layers that are not compressed: GZIP, which everybody reads, or ZSTD;
   *     with NONE they go as they are
   */
  public Push(ImageStore store, Registries registries, Compression compression, Progress progress) {
    this.store = store;
    this.registries = registries;
    this.compression = compression;
    this.progress = progress;
    this.notes = new UploadNotes(store, InstantSource.system());
  }

  /**
   * Sends an image under a name that it has in the store.
   *
   * @param name with a tag
   * @return the digest of the manifest, by which the registry has it
   * @throws ImageException when the store has no image of that name
   */
  public Descriptor push(Reference name) throws IOException {
    NamedImage named = store.named(name);
    ImageRecord image = named == null ? null : store.get(named.id());
    if (named == null || image == null) {
      throw new ImageException(
          "An image does not exist locally with the tag: " + name.familiarName());
    }
    notes.removeOld();
    RemoteRepository repository = registries.repository(name);
    try (Lease lease = store.lease()) {
      byte[] document = store.blobs().read(named.manifest().digest(), ImageManifest.MAX_BYTES);
      ImageManifest manifest = ImageManifest.read(named.manifest().mediaType(), document);
      if (needsCompression(manifest)) {
        manifest = compressed(lease, manifest);
        document = manifest.toBytes();
        store.blobs().put(lease, document);
      }
      send(name, repository, lease, manifest);
      repository.put(name.selector(), RemoteManifest.of(manifest.mediaType(), document));
      Descriptor sent = Descriptor.of(manifest.mediaType(), document);
      store.put(
          image.withManifest(sent, manifest.layers()),
          List.of(
              new NamedImage(name, image.id(), sent),
              new NamedImage(name.withDigest(sent.digest()), image.id(), sent)));
      return sent;
    }
  }

  private boolean needsCompression(ImageManifest manifest) {
    return compression != Compression.NONE
        && manifest.layers().stream().anyMatch(layer -> isPlain(layer.mediaType()));
  }

  private static boolean isPlain(String mediaType) {
    return mediaType.equals(MediaTypes.OCI_LAYER) || mediaType.equals(MediaTypes.DOCKER_LAYER);
  }

  private ImageManifest compressed(Lease lease, ImageManifest manifest) throws IOException {
    List<Descriptor> layers = new ArrayList<>(manifest.layers());
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      if (isPlain(layers.get(i).mediaType())) {
        int index = i;
        tasks.add(
            () -> {
              Descriptor packed = compress(lease, manifest.layers().get(index));
              synchronized (layers) {
                layers.set(index, packed);
              }
              return null;
            });
      }
    }
    Together.run("compress", Runtime.getRuntime().availableProcessors(), tasks);
    return new ImageManifest(
        manifest.mediaType(),
        manifest.config(),
        layers,
        manifest.annotations(),
        manifest.subject(),
        manifest.artifactType());
  }

  private Descriptor compress(Lease lease, Descriptor layer) throws IOException {
    progress.say(layer.digest().shortHex(), "Preparing");
    try (NewBlob blob = store.blobs().create(lease)) {
      try (InputStream tar = store.blobs().openStream(layer.digest());
          OutputStream packed = compression.compressing(new Unclosed(blob))) {
        tar.transferTo(packed);
      }
      long size = blob.size();
      Digest digest = blob.commit();
      return new Descriptor(packedType(layer.mediaType()), digest, size);
    }
  }

  private String packedType(String plain) {
    boolean oci = plain.equals(MediaTypes.OCI_LAYER);
    return switch (compression) {
      case ZSTD -> oci ? MediaTypes.OCI_LAYER_ZSTD : MediaTypes.DOCKER_LAYER_ZSTD;
      case NONE -> plain;
      case GZIP, BZIP2, XZ -> oci ? MediaTypes.OCI_LAYER_GZIP : MediaTypes.DOCKER_LAYER_GZIP;
    };
  }

  private void send(
      Reference name, RemoteRepository repository, Lease lease, ImageManifest manifest)
      throws IOException {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (Descriptor layer : manifest.layers().stream().distinct().toList()) {
      tasks.add(
          () -> {
            sendLayer(name, repository, lease, layer);
            return null;
          });
    }
    Together.run("push", AT_ONCE, tasks);
    if (!repository.has(manifest.config().digest())) {
      repository.upload(manifest.config(), source(manifest.config()), _ -> {});
    }
  }

  private void sendLayer(Reference name, RemoteRepository repository, Lease lease, Descriptor layer)
      throws IOException {
    String id = layer.digest().shortHex();
    progress.say(id, "Preparing");
    if (repository.has(layer.digest())) {
      progress.say(id, "Layer already exists");
      return;
    }
    if (!lease.keepBlob(layer.digest())) {
      throw new ImageException("the layer " + layer.digest() + " is not in the store any more");
    }
    for (String from : otherRepositories(name, layer.digest())) {
      if (repository.mount(layer.digest(), from)) {
        progress.say(id, "Mounted from " + from);
        return;
      }
    }
    LongConsumer sent = bytes -> progress.on(new ProgressEvent(id, "Pushing", bytes, layer.size()));
    try (UploadNotes.Held note = notes.take(repository.name(), layer.digest())) {
      repository.upload(layer, source(layer), sent, note);
    }
    progress.say(id, "Pushed");
  }

  /** Repositories of the same registry that have a layer, as far as we know. */
  private List<String> otherRepositories(Reference name, Digest layer) throws IOException {
    List<String> paths = new ArrayList<>();
    for (NamedImage other : store.names()) {
      boolean here = other.name().domain().equals(name.domain());
      if (!here || other.name().path().equals(name.path()) || other.name().digest() == null) {
        continue;
      }
      ImageRecord image = store.get(other.id());
      if (image != null
          && image.layers().stream().anyMatch(known -> known.digest().equals(layer))
          && !paths.contains(other.name().path())) {
        paths.add(other.name().path());
      }
    }
    return paths.subList(0, Math.min(3, paths.size()));
  }

  private BlobSource source(Descriptor blob) {
    return offset -> {
      FileChannel channel = store.blobs().open(blob.digest());
      return Channels.newInputStream(channel.position(offset));
    };
  }

  /** Lets a compressing stream be closed, which ends it, without closing the blob below. */
  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
