package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.transfer.Progress;
import io.lighter.images.transfer.Pull;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The images of the store, and of registries where the store has none. Thread-safe. */
public final class PulledImages implements ImageSource, AutoCloseable {
  private final ImageStore store;
  private final StoredImages stored;
  private final Supplier<Registries> opener;
  private final Progress progress;
  private @Nullable Registries registries;

  /**
   * Prepares.
   *
   * @param registries opened when an image must be fetched, and closed with this
   */
  public PulledImages(ImageStore store, Supplier<Registries> registries, Progress progress) {
    this.store = store;
    this.stored = new StoredImages(store);
    this.opener = registries;
    this.progress = progress;
  }

  @Override
  public ImageRecord find(String name, Platform platform, boolean always, Lease lease)
      throws IOException {
    if (!always || isId(name)) {
      ImageRecord here = stored.findOrNull(name, platform, lease);
      if (here != null || isId(name)) {
        return here != null ? here : stored.find(name, platform, false, lease);
      }
    }
    new Pull(store, registries(), platform, progress).pull(Reference.parse(name));
    ImageRecord pulled = stored.findOrNull(name, platform, lease);
    if (pulled == null) {
      throw new ImageException("the image " + name + " was removed while it was pulled");
    }
    return pulled;
  }

  private static boolean isId(String name) {
    return Digest.parseOrNull(name) != null || name.matches("[0-9a-f]{64}");
  }

  /** Returns the registries, opened by the first call. */
  public synchronized Registries registries() {
    Registries open = registries;
    if (open == null) {
      open = opener.get();
      registries = open;
    }
    return open;
  }

  @Override
  public synchronized void close() {
    if (registries != null) {
      registries.close();
    }
  }
}
