package io.lighter.images.archive;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
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
import io.lighter.linux.Fd;
import io.lighter.overlay.LayerChanges;
import io.lighter.overlay.LayerStack;
import io.lighter.overlay.OverlayOptions;
import io.lighter.overlay.WritableLayer;
import io.lighter.overlay.archive.ArchiveOptions;
import io.lighter.overlay.archive.ArchiveWriter;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes an image of what a container changed, on top of the image that it was made of. The
 * container stays as it is; whoever wants its files of one instant pauses it meanwhile.
 */
public final class ContainerCommit {
  private static final int BUFFER = 1 << 17;

  private final ImageStore store;

  /** Commits into a store. */
  public ContainerCommit(ImageStore store) {
    this.store = store;
  }

  /**
   * What is said of the new image.
   *
   * @param config what its containers get
   * @param author or ""
   * @param comment for the history, or ""
   * @param createdBy the command of the container
   * @param name that it gets, or null
   */
  public record Statement(
      ContainerConfig config,
      String author,
      String comment,
      String createdBy,
      @Nullable Reference name) {}

  /**
   * Commits.
   *
   * @param base the image of the container
   * @param layers the layers that the container was mounted with
   * @param writable its own layer
   */
  public ImageRecord run(
      ImageRecord base, LayerStack layers, WritableLayer writable, Statement statement)
      throws IOException {
    ImageConfig before = store.config(base);
    String now = Instant.now().toString();
    try (Lease lease = store.lease()) {
      Descriptor blob = archive(lease, layers, writable);
      List<Digest> diffIds = new ArrayList<>(before.diffIds());
      diffIds.add(unpack(lease, blob.digest()));
      List<History> history = new ArrayList<>(before.history());
      history.add(
          new History(now, statement.createdBy, statement.author, statement.comment, false));
      List<Descriptor> blobs = new ArrayList<>(base.layers());
      blobs.add(blob);
      ImageConfig config =
          new ImageConfig(
              now, statement.author, before.platform(), statement.config, diffIds, history);
      Reference name = statement.name;
      return new NewImage(config, blobs, base.id())
          .put(store, lease, name == null ? List.of() : List.of(name));
    }
  }

  private Descriptor archive(Lease lease, LayerStack layers, WritableLayer writable)
      throws IOException {
    LayerChanges changes =
        new LayerChanges(store.linux(), layers, writable, OverlayOptions.DEFAULTS);
    try (NewBlob blob = store.blobs().create(lease);
        Fd upper = writable.openUpper();
        ArchiveWriter writer = new ArchiveWriter(store.linux(), ArchiveOptions.LAYER, blob)) {
      writer.addChanges(changes, upper);
      writer.finish();
      long size = blob.size();
      return new Descriptor(MediaTypes.OCI_LAYER, blob.commit(), size);
    }
  }

  private Digest unpack(Lease lease, Digest blob) throws IOException {
    try (NewLayer layer = store.layers().create(lease);
        InputStream tar = new BufferedInputStream(store.blobs().openStream(blob), BUFFER)) {
      return layer.unpack(tar);
    }
  }
}
