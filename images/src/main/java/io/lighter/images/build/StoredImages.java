package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.store.NamedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The images of the store, and no registry. */
public final class StoredImages implements ImageSource {
  private final ImageStore store;

  /** Looks in a store. */
  public StoredImages(ImageStore store) {
    this.store = store;
  }

  @Override
  public ImageRecord find(String name, Platform platform, boolean always, Lease lease)
      throws IOException {
    ImageRecord image = findOrNull(name, platform, lease);
    if (image == null) {
      throw new ImageException("the image " + name + " is not in the store");
    }
    return image;
  }

  /** Returns an image that suits the platform, null when it is not here. */
  @Nullable ImageRecord findOrNull(String name, Platform platform, Lease lease) throws IOException {
    ImageRecord image = image(name);
    if (image == null || platform.suitability(store.config(image).platform()) == 0) {
      return null;
    }
    for (Digest diffId : image.diffIds()) {
      lease.keepLayer(diffId);
    }
    image.layers().forEach(layer -> keep(lease, layer.digest()));
    return image;
  }

  private static void keep(Lease lease, Digest blob) {
    try {
      lease.keepBlob(blob);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable ImageRecord image(String name) throws IOException {
    Digest id = Digest.parseOrNull(name);
    if (id == null && name.matches("[0-9a-f]{64}")) {
      id = Digest.parse("sha256:" + name);
    }
    if (id != null) {
      return store.get(id);
    }
    NamedImage named = store.named(Reference.parse(name));
    return named == null ? null : store.get(named.id());
  }
}
