package io.lighter.images.transfer;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.Platform;
import io.lighter.images.manifest.ImageIndex;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.store.NamedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fetches images from registries into the store.
 *
 * <pre>{@code
 * Pull pull = new Pull(store, registries, Platform.local(), progress);
 * PulledImage image = pull.pull(Reference.parse("busybox"));
 * }</pre>
 *
 * <p>Only what is missing is fetched; what a broken or killed pull has fetched is not fetched
 * again. Several may run at once, in one process or several: of two that need one blob the second
 * waits for the first. Thread-safe.
 */
public final class Pull {
  /** How deep an index may hold an index. */
  private static final int MAX_DEPTH = 4;

  private final ImageStore store;
  private final Registries registries;
  private final Platform platform;
  private final Progress progress;

  /**
   * Prepares pulls.
   *
   * @param platform that images must suit
   */
  public Pull(ImageStore store, Registries registries, Platform platform, Progress progress) {
    this.store = store;
    this.registries = registries;
    this.platform = platform;
    this.progress = progress;
  }

  /**
   * Fetches an image, and gives it the name in the store.
   *
   * @throws ImageException when what comes is no image, or is not what it should be
   * @throws io.lighter.images.registry.RegistryException when it cannot be had
   */
  public PulledImage pull(Reference name) throws IOException {
    RemoteRepository repository = registries.repository(name);
    RemoteManifest top = repository.manifest(name.selector());
    progress.say(name.selector(), "Pulling from " + path(name));
    String tag = name.digest() == null ? name.tag() : null;
    NamedImage before = store.named(tag == null ? name.withDigest(top.digest()) : name);
    try (Lease lease = store.lease()) {
      RemoteManifest manifest = manifestOf(name, repository, top);
      ImageRecord image =
          new ImageFetch(store, lease, repository::blob, progress)
              .fetch(
                  name.familiar(),
                  manifest.mediaType(),
                  manifest.bytes(),
                  config -> suits(name, config.platform()));
      store.put(image, names(name, tag, top.digest(), image));
      boolean isNew = before == null || !before.id().equals(image.id());
      return new PulledImage(image, top.digest(), isNew);
    }
  }

  private static String path(Reference name) {
    return name.domain().equals(Reference.DEFAULT_DOMAIN) ? name.path() : name.familiarName();
  }

  private static List<NamedImage> names(
      Reference name, @Nullable String tag, Digest digest, ImageRecord image) {
    List<NamedImage> names = new ArrayList<>();
    names.add(new NamedImage(name.withDigest(digest), image.id(), image.manifest()));
    if (tag != null) {
      names.add(new NamedImage(name.withTag(tag), image.id(), image.manifest()));
    }
    return names;
  }

  /** Chooses by platform until there is one image. */
  private RemoteManifest manifestOf(
      Reference name, RemoteRepository repository, RemoteManifest top) {
    RemoteManifest document = top;
    Set<Digest> seen = new HashSet<>();
    for (int depth = 0; MediaTypes.isIndex(document.mediaType()); depth++) {
      if (depth == MAX_DEPTH || !seen.add(document.digest())) {
        throw new ImageException(
            "the index of " + name.familiar() + " leads from index to index and to no image");
      }
      Descriptor chosen = ImageIndex.read(document.mediaType(), document.bytes()).choose(platform);
      document = repository.manifest(chosen.digest().toString());
      if (document.bytes().length != chosen.size()) {
        throw new ImageException(
            "the manifest %s has %d bytes, and the index says %d"
                .formatted(chosen.digest(), document.bytes().length, chosen.size()));
      }
    }
    return document;
  }

  private void suits(Reference name, Platform image) {
    if (platform.suitability(image) == 0) {
      throw new ImageException(
          "image with reference %s was found but does not provide the specified platform (%s): it is for %s"
              .formatted(name.familiar(), platform, image));
    }
  }
}
