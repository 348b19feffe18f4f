package io.lighter.images.build;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.transfer.BlobOrigin;
import java.io.IOException;
import java.io.InputStream;

/**
 * Opens the caches of {@code --cache-from}. One that is not to be had, or is not what it should be,
 * is told of and is no reason to fail. Used by one thread.
 */
final class CacheImport {
  private final BuildRequest request;
  private final ImageSource images;
  private final ImageStore store;
  private final Lease lease;
  private final BuildCache cache;
  private final Progress progress;

  CacheImport(
      BuildRequest request,
      ImageSource images,
      ImageStore store,
      Lease lease,
      BuildCache cache,
      Progress progress) {
    this.request = request;
    this.images = images;
    this.store = store;
    this.lease = lease;
    this.cache = cache;
    this.progress = progress;
  }

  void read() {
    for (CacheSource source : request.cacheFrom()) {
      try {
        switch (source) {
          case CacheSource.Image image -> ofImage(image.name());
          case CacheSource.Registry registry -> ofRegistry(registry);
          case CacheSource.Folder folder -> ofFolder(folder);
        }
      } catch (ImageException | IOException e) {
        progress.warned("the cache " + source.name() + " is not used: " + e.getMessage());
      }
    }
  }

  private void ofImage(String name) throws IOException {
    ImageRecord image = images.find(name, request.platform(), request.pull(), lease);
    if (!InlineCache.read(image, store, cache)) {
      progress.warned(
          name + " has no cache in it; build it with --build-arg " + InlineCache.ARGUMENT + "=1");
    }
  }

  private void ofRegistry(CacheSource.Registry source) throws IOException {
    Reference name = source.reference();
    boolean here =
        new StoredImages(store).findOrNull(name.toString(), request.platform(), lease) != null;
    if (here) {
      ofImage(name.toString());
      return;
    }
    RemoteRepository repository = source.registries().get().repository(name);
    RemoteManifest top = repository.manifest(name.selector());
    if (MediaTypes.isIndex(top.mediaType())) {
      ofImage(name.toString());
      return;
    }
    ImageManifest manifest = ImageManifest.read(top.mediaType(), top.bytes());
    if (manifest.isImage()) {
      ofImage(name.toString());
      return;
    }
    byte[] config;
    try (InputStream in = repository.blob(checked(manifest), 0)) {
      config = in.readNBytes(CacheDocument.MAX_BYTES);
    }
    take(source, manifest, config, repository::blob);
  }

  private void ofFolder(CacheSource.Folder source) throws IOException {
    OciLayout layout = new OciLayout(source.folder());
    Descriptor found = layout.manifest(source.digest(), source.tag());
    ImageManifest manifest =
        ImageManifest.read(found.mediaType(), layout.read(found, ImageManifest.MAX_BYTES));
    byte[] config = layout.read(checked(manifest), CacheDocument.MAX_BYTES);
    take(source, manifest, config, layout::open);
  }

  private static Descriptor checked(ImageManifest manifest) {
    Descriptor config = manifest.config();
    if (!config.mediaType().equals(CacheDocument.TYPE)) {
      throw new ImageException(
          "it is of the type "
              + config.mediaType()
              + ", and caches here are "
              + CacheDocument.TYPE);
    }
    if (config.size() > CacheDocument.MAX_BYTES) {
      throw new ImageException("its configuration has " + config.size() + " bytes");
    }
    return config;
  }

  private void take(CacheSource source, ImageManifest manifest, byte[] config, BlobOrigin origin) {
    Digest wanted = manifest.config().digest();
    Digest found = wanted.sameAlgorithm(wanted.newMessageDigest().digest(config));
    if (!found.equals(wanted)) {
      throw new ImageException("its configuration has the digest " + found + ", not " + wanted);
    }
    CacheDocument document = CacheDocument.read(manifest, config);
    cache.add(new ImportedCache(source.name(), store, lease, document, origin, progress));
  }
}
