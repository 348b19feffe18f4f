package io.lighter.images.build;

import io.lighter.images.Descriptor;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.Platform;
import io.lighter.images.json.Fields;
import io.lighter.images.manifest.ImageIndex;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.transfer.ImageFetch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Takes images out of OCI layouts into the store, where the lease keeps them; they get no record.
 */
record LayoutImage(ImageStore store, Lease lease) {
  /** How deep an index may hold an index. */
  private static final int MAX_DEPTH = 4;

  /**
   * Takes an image.
   *
   * @throws ImageException when the layout has none that suits the platform, or is not what its
   *     digests say
   */
  ImageRecord take(BuildContext.Layout context, Platform platform) throws IOException {
    OciLayout layout = new OciLayout(context.folder());
    Descriptor found = layout.manifest(context.digest(), context.tag());
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      byte[] document = layout.read(found, ImageManifest.MAX_BYTES);
      String type = found.mediaType().isEmpty() ? null : found.mediaType();
      if (!isIndex(type, document)) {
        String known = type == null ? ImageManifest.read(null, document).mediaType() : type;
        return new ImageFetch(store, lease, layout::open, event -> {})
            .fetch(
                context.folder().toString(),
                known,
                document,
                config -> check(context, platform, config.platform()));
      }
      found = ImageIndex.read(type, document).choose(platform);
    }
    throw new ImageException(context.folder() + " leads from index to index and to no image");
  }

  private static boolean isIndex(@Nullable String type, byte[] document) {
    return type == null
        ? Fields.read("the manifest", document).has("manifests")
        : MediaTypes.isIndex(type);
  }

  private static void check(BuildContext.Layout context, Platform wanted, Platform is) {
    if (wanted.suitability(is) == 0) {
      throw new ImageException(
          "the image in %s is for %s, not for %s".formatted(context.folder(), is, wanted));
    }
  }
}
