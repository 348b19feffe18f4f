package io.lighter.images.build;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
import io.lighter.images.compression.Compression;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The result of a build, before it goes anywhere. Used by one thread. */
public final class BuiltImage {

  private final BuildRun run;
  private final StageState state;
  private final ImageConfig config;
  private final @Nullable Provenance provenance;

  BuiltImage(BuildRun run, StageState state, ImageConfig config, @Nullable Provenance provenance) {
    this.run = run;
    this.state = state;
    this.config = config;
    this.provenance = provenance;
  }

  ImageConfig config() {
    return config;
  }

  BuildRun run() {
    return run;
  }

  /** How it was built, null when that is not to be told. */
  @Nullable Provenance provenance() {
    return provenance;
  }

  ImageStore store() {
    return run.store();
  }

  Lease lease() {
    return run.lease();
  }

  @Nullable Digest parent() {
    return state.parent();
  }

  /** Opens what containers of the image will see. */
  OpenedTree open() throws IOException {
    return run.trees().layers(config.diffIds(), "the result");
  }

  /**
   * Returns the archives of the layers, which are in the store: those of base images as they came,
   * ours uncompressed.
   */
  List<Descriptor> archives() throws IOException {
    Map<Digest, Descriptor> known = new HashMap<>();
    for (ImageRecord image : run.imagesUsed()) {
      for (int i = 0; i < image.layers().size(); i++) {
        known.put(image.diffIds().get(i), image.layers().get(i));
      }
    }
    List<Descriptor> archives = new ArrayList<>();
    for (Digest diffId : config.diffIds()) {
      Descriptor archive = known.get(diffId);
      if (archive == null) {
        archive = run.cache().archive(diffId);
      }
      if (archive == null || !lease().keepBlob(archive.digest())) {
        archive = archive(diffId);
        known.put(diffId, archive);
      }
      archives.add(archive);
    }
    return archives;
  }

  private Descriptor archive(Digest diffId) throws IOException {
    if (lease().keepBlob(diffId)) {
      return new Descriptor(MediaTypes.OCI_LAYER, diffId, store().blobs().size(diffId));
    }
    return new LayerArchive(store(), lease(), Compression.NONE, null).of(diffId);
  }
}
