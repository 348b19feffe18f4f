package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.build.files.FileTree;
import io.lighter.images.dockerfile.IgnoreRules;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.overlay.LayerStack;
import io.lighter.overlay.OverlayOptions;
import java.io.IOException;
import java.util.List;

/** Opens what instructions take files from. Thread-safe. */
final class BuildTrees {
  private static final int FOLDER = Fcntl.O_PATH | Fcntl.O_DIRECTORY;

  private final ImageStore store;
  private final Lease lease;

  BuildTrees(ImageStore store, Lease lease) {
    this.store = store;
    this.lease = lease;
  }

  /** Opens what layers show, for reading. */
  OpenedTree layers(List<Digest> layers, String name) throws IOException {
    if (layers.isEmpty()) {
      Scratch scratch = new Scratch(store, lease);
      Fd nothing = scratch.folder("nothing");
      return new OpenedTree(
          FileTree.ofImage(nothing, name),
          layers,
          () -> {
            nothing.close();
            scratch.close();
          });
    }
    try (LayerStack stack = store.layers().open(layers)) {
      Fd mount = stack.mountReadOnly(OverlayOptions.DEFAULTS);
      return new OpenedTree(FileTree.ofImage(mount, name), layers, mount::close);
    }
  }

  /** Opens a context, whose folder stays open until the build ends. */
  OpenedTree context(ContextFolder context) {
    Fd root = store.linux().files().openat(context.root(), ".", FOLDER, 0);
    IgnoreRules ignored = context.ignored();
    return new OpenedTree(FileTree.ofContext(root, context.name(), ignored), null, root::close);
  }
}
