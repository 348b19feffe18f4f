package io.lighter.images.build;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Writes the results of a build to where {@code --cache-to} says. Used by one thread. */
final class CacheExport {
  private final BuildRun run;
  private final ImageStore store;
  private final Lease lease;
  private final List<BuiltImage> images;

  /**
   * Prepares.
   *
   * @param images of all platforms
   */
  CacheExport(List<BuiltImage> images) {
    this.run = images.getFirst().run();
    this.store = run.store();
    this.lease = run.lease();
    this.images = images;
  }

  /** Writes to all targets. */
  void write() throws IOException {
    for (CacheTarget target : run.request().cacheTo()) {
      LayerStep step = new LayerStep(run, "exporting cache to " + target.name(), true);
      try {
        step.tell(
            () -> {
              write(target, line -> run.progress().output(step.step(), false, line));
              return target;
            });
      } catch (ImageException | IOException e) {
        if (!target.options().ignoreError()) {
          throw e;
        }
        run.progress()
            .warned("the cache was not written to " + target.name() + ": " + e.getMessage());
      }
    }
  }

  private void write(CacheTarget target, Consumer<String> told) throws IOException {
    CacheDocument document = document(target.options());
    byte[] config = document.config();
    ImageManifest manifest = document.manifest();
    byte[] bytes = manifest.toBytes();
    switch (target) {
      case CacheTarget.Folder folder -> {
        OciLayout layout = new OciLayout(folder.folder());
        for (Descriptor layer : manifest.layers()) {
          layout.write(layer.digest(), store.blobs().openStream(layer.digest()));
        }
        layout.write(manifest.config().digest(), new ByteArrayInputStream(config));
        Descriptor about = Descriptor.of(MediaTypes.OCI_MANIFEST, bytes);
        layout.write(about.digest(), new ByteArrayInputStream(bytes));
        layout.tag(about, folder.tag());
      }
      case CacheTarget.Registry registry -> {
        Reference name = registry.reference();
        RemoteRepository repository = registry.registries().get().repository(name);
        for (Descriptor layer : manifest.layers()) {
          told.accept("pushing " + layer.digest().shortHex());
          upload(repository, layer);
        }
        store.blobs().put(lease, config);
        upload(repository, manifest.config());
        repository.put(name.selector(), RemoteManifest.of(MediaTypes.OCI_MANIFEST, bytes));
      }
    }
  }

  private void upload(RemoteRepository repository, Descriptor blob) {
    if (!repository.has(blob.digest())) {
      repository.upload(
          blob,
          offset -> Channels.newInputStream(store.blobs().open(blob.digest()).position(offset)),
          _ -> {});
    }
  }

  private CacheDocument document(CacheTarget.Options options) throws IOException {
    LayerArchive archive = new LayerArchive(store, lease, options.compression(), options.level());
    Map<Digest, Descriptor> blobs = new HashMap<>();
    Map<Digest, CacheDocument.Result> results = new HashMap<>();
    for (BuiltImage image : images) {
      BuildCache cache = image.run().cache();
      for (Map.Entry<Digest, Digest> result : cache.results().entrySet()) {
        Digest layer = result.getValue();
        if (options.all() || image.config().diffIds().contains(layer)) {
          Descriptor blob = blobs.get(layer);
          if (blob == null) {
            Descriptor known = cache.archive(layer);
            blob = known == null ? archive.of(layer) : known;
            blobs.put(layer, blob);
          }
          results.put(result.getKey(), new CacheDocument.Result(layer, blob));
        }
      }
    }
    return new CacheDocument(results);
  }
}
