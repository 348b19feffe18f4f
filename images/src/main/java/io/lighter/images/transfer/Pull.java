package io.lighter.images.transfer;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.Platform;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.manifest.ImageIndex;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Ingest;
import io.lighter.images.store.Lease;
import io.lighter.images.store.NamedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Fetches images into the store.
 *
 * <pre>{@code
 * PulledImage image = new Pull(store, origin, Platform.local(), progress).pull(Reference.parse("busybox"));
 * }</pre>
 *
 * <p>Only what is missing is fetched; what a broken or killed pull has fetched is not fetched
 * again. Several may run at once, in one process or several: of two that need one blob the second
 * waits for the first. Thread-safe.
 */
public final class Pull {
  /** How deep an index may hold an index. */
  private static final int MAX_DEPTH = 4;

  /** Layers on their way at once. */
  private static final int AT_ONCE = 6;

  private final ImageStore store;
  private final Origin origin;
  private final Platform platform;
  private final Progress progress;

  /**
   * Prepares pulls.
   *
   * @param platform that images must suit
   */
  public Pull(ImageStore store, Origin origin, Platform platform, Progress progress) {
    this.store = store;
    this.origin = origin;
    this.platform = platform;
    this.progress = progress;
  }

  /**
   * Fetches an image, and gives it the name in the store.
   *
   * @throws ImageException when what comes is no image, or is not what it should be
   * @throws IOException when it cannot be had
   */
  public PulledImage pull(Reference name) throws IOException {
    progress.say(name.selector(), "Pulling from " + name.familiarName());
    Document top = origin.manifest(name);
    NamedImage before = name.tag() == null ? null : store.named(name);
    try (Lease lease = store.lease()) {
      Document manifest = manifestOf(name, top);
      ImageRecord image = fetch(lease, name, manifest);
      store.put(image, names(name, top.digest(), image));
      boolean fresh = before == null || !before.id().equals(image.id());
      return new PulledImage(image, top.digest(), fresh);
    }
  }

  private static List<NamedImage> names(Reference name, Digest digest, ImageRecord image) {
    List<NamedImage> names = new ArrayList<>();
    names.add(new NamedImage(name.withDigest(digest), image.id(), image.manifest()));
    String tag = name.tag();
    if (tag != null && name.digest() == null) {
      names.add(new NamedImage(name.withTag(tag), image.id(), image.manifest()));
    }
    return names;
  }

  /** Chooses by platform until there is one image. */
  private Document manifestOf(Reference name, Document top) throws IOException {
    Document document = top;
    Set<Digest> seen = new HashSet<>();
    for (int depth = 0; MediaTypes.isIndex(document.mediaType()); depth++) {
      if (depth == MAX_DEPTH || !seen.add(document.digest())) {
        throw new ImageException(
            "the index of " + name.familiar() + " leads from index to index and to no image");
      }
      Descriptor chosen =
          ImageIndex.read(document.mediaType(), document.content()).choose(platform);
      document = origin.manifest(name.withDigest(chosen.digest()));
      if (document.content().length != chosen.size()) {
        throw new ImageException(
            "the manifest %s has %d bytes, and the index says %d"
                .formatted(chosen.digest(), document.content().length, chosen.size()));
      }
    }
    return document;
  }

  private ImageRecord fetch(Lease lease, Reference name, Document document) throws IOException {
    ImageManifest manifest = ImageManifest.read(document.mediaType(), document.content());
    if (!manifest.isImage()) {
      throw new ImageException(
          "%s is no image of a container but an artifact of type %s"
              .formatted(name.familiar(), manifest.config().mediaType()));
    }
    store.blobs().put(lease, document.content());
    ImageConfig config = ImageConfig.read(small(lease, name, manifest.config()));
    check(name, manifest, config);
    List<LayerFetch> layers = new ArrayList<>();
    for (int i = 0; i < manifest.layers().size(); i++) {
      layers.add(layer(lease, name, manifest.layers().get(i), config.diffIds().get(i)));
    }
    fetch(layers);
    return new ImageRecord(
        new Descriptor(manifest.mediaType(), document.digest(), document.content().length),
        manifest.config(),
        manifest.layers(),
        config.diffIds(),
        ImageSizes.of(store, config.diffIds()),
        null,
        java.time.Instant.now(),
        null);
  }

  private void check(Reference name, ImageManifest manifest, ImageConfig config) {
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new ImageException(
          "the manifest of %s has %d layers, and its configuration %d"
              .formatted(name.familiar(), manifest.layers().size(), config.diffIds().size()));
    }
    if (platform.suitability(config.platform()) == 0) {
      throw new ImageException(
          "image with reference %s was found but does not provide the specified platform (%s): it is for %s"
              .formatted(name.familiar(), platform, config.platform()));
    }
    for (Descriptor layer : manifest.layers()) {
      if (!MediaTypes.isLayer(layer.mediaType())) {
        throw new ImageException(
            "the layer %s of %s has the type \"%s\", which is not known"
                .formatted(layer.digest(), name.familiar(), layer.mediaType()));
      }
    }
  }

  private byte[] small(Lease lease, Reference name, Descriptor blob) throws IOException {
    if (blob.size() > ImageConfig.MAX_BYTES) {
      throw new ImageException(
          "the configuration of %s has %d bytes, more than %d"
              .formatted(name.familiar(), blob.size(), ImageConfig.MAX_BYTES));
    }
    try (Ingest ingest = store.blobs().begin(lease, blob.digest(), blob.size())) {
      if (!ingest.isDone()) {
        try (InputStream in = origin.blob(name, blob, ingest.offset())) {
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

  private LayerFetch layer(Lease lease, Reference name, Descriptor blob, Digest diffId) {
    return new LayerFetch(store, lease, origin, name, blob, diffId, progress);
  }

  private void fetch(List<LayerFetch> layers) throws IOException {
    List<LayerFetch> missing = new ArrayList<>();
    for (LayerFetch layer : layers) {
      if (layer.isHere()) {
        layer.say("Already exists");
      } else {
        layer.say("Pulling fs layer");
        missing.add(layer);
      }
    }
    Together.run("pull", AT_ONCE, missing);
  }
}
