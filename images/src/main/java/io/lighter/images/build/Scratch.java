package io.lighter.images.build;

import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.store.NewLayer;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A folder in the store for what a build needs for a while. It is gone with {@link #close}, or
 * after a crash when the store is opened next. Not thread-safe.
 */
final class Scratch implements AutoCloseable {
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;

  private final Linux linux;
  private final NewLayer folder;

  Scratch(ImageStore store, Lease lease) throws IOException {
    this.linux = store.linux();
    this.folder = store.layers().create(lease);
  }

  /** Makes a folder, and opens it. */
  Fd folder(String name) {
    linux.files().mkdirat(folder.folder(), name, 0755);
    Fd made = linux.files().openat(folder.folder(), name, FOLDER, 0);
    linux.files().fchmod(made, 0755);
    return made;
  }

  NewLayer layer() {
    return folder;
  }

  @Override
  public void close() {
    try {
      folder.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
