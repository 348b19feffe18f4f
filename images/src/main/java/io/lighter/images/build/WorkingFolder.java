package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.build.files.CopyRules;
import io.lighter.images.build.files.FileCopy;
import io.lighter.images.build.files.RealPath;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.overlay.OverlayOptions;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the folder of WORKDIR where it is missing: it is the user's that commands run as. */
final class WorkingFolder {
  private final BuildRun run;
  private final Linux linux;
  private final StageState state;

  WorkingFolder(BuildRun run, StageState state) {
    this.run = run;
    this.linux = run.store().linux();
    this.state = state;
  }

  /** Returns the layer with the folder, null when it was there. */
  @Nullable Digest layer(String path, LayerStep step) throws IOException {
    List<Digest> below = state.layers();
    try (OpenedTree tree = run.trees().layers(below, "the image")) {
      if (RealPath.of(linux.files(), tree.tree().root(), path, true).exists()) {
        step.skip();
        return null;
      }
    }
    String user = state.config().user();
    CopyRules.Owner owner =
        user.isEmpty()
            ? CopyRules.Owner.ROOT
            : new OwnerLookup(linux, run.trees()).owner(below, user);
    CacheKey key =
        new CacheKey("folder")
            .addLayers(below)
            .add(path)
            .add(owner.toString())
            .add(String.valueOf(run.epoch()));
    return step.layer(
        key.digest(),
        below,
        (stack, writable) -> {
          try (Fd root = stack.mount(writable, OverlayOptions.THROW_AWAY);
              FileCopy files = new FileCopy(linux, root, new CopyRules(owner, null))) {
            files.makeFolders(RealPath.of(linux.files(), root, path, true));
          }
        });
  }
}
