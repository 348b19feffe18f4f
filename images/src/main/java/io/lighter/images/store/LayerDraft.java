package io.lighter.images.store;

import io.lighter.images.Digest;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Stat;
import io.lighter.runtime.PrivateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The folder of a layer that is not whole yet, and the lock which says that somebody works on it:
 * {@code layers/new-NAME} and {@code ingest/layer-NAME}.
 */
final class LayerDraft implements AutoCloseable {
  private static final String LOCK = "layer-";

  private final StoreFolder store;
  private final Path folder;
  private final Path lockFile;
  private final FileLock lock;

  private LayerDraft(StoreFolder store, Path folder, Path lockFile, FileLock lock) {
    this.store = store;
    this.folder = folder;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /** Takes the lock, waiting for it, and removes what a killed owner has left. */
  static LayerDraft begin(StoreFolder store, String name) throws IOException {
    Path lockFile = store.ingest().resolve(LOCK + name);
    FileLock lock = FileLock.alone(store.linux(), lockFile);
    LayerDraft draft =
        new LayerDraft(store, store.layers().resolve(LayerStore.NEW + name), lockFile, lock);
    try {
      store.remove(draft.folder);
      return draft;
    } catch (IOException | RuntimeException e) {
      draft.close();
      throw e;
    }
  }

  /** Removes drafts that nobody works on. */
  static void sweep(StoreFolder store) throws IOException {
    for (String name : StoreFolder.names(store.layers())) {
      if (name.startsWith(LayerStore.NEW)) {
        sweep(store, name.substring(LayerStore.NEW.length()));
      }
    }
    for (String name : StoreFolder.names(store.ingest())) {
      if (name.startsWith(LOCK)) {
        sweep(store, name.substring(LOCK.length()));
      }
    }
  }

  private static void sweep(StoreFolder store, String name) throws IOException {
    Path lockFile = store.ingest().resolve(LOCK + name);
    try (FileLock lock = FileLock.tryAlone(store.linux(), lockFile)) {
      if (lock != null) {
        store.remove(store.layers().resolve(LayerStore.NEW + name));
        Files.deleteIfExists(lockFile);
      }
    }
  }

  Path folder() {
    return folder;
  }

  /** Makes the folder, with an empty one for the files. */
  Fd makeFiles() throws IOException {
    PrivateFolder.make(folder);
    Path files = folder.resolve(LayerStore.FILES);
    Files.createDirectory(files);
    return store
        .linux()
        .files()
        .openat(Fd.WORKING_FOLDER, files.toString(), Fcntl.O_RDONLY | Fcntl.O_DIRECTORY, 0);
  }

  /** Puts the layer into the store, unless it is there; the lease has it. */
  void commit(Digest diffId, long size) throws IOException {
    Files.writeString(folder.resolve(LayerStore.SIZE), size + "\n");
    Path target = store.layer(diffId);
    PrivateFolder.ensure(store.linux(), Objects.requireNonNull(target.getParent()));
    try (Fd from = store.openFolder(store.layers());
        Fd to = store.openFolder(Objects.requireNonNull(target.getParent()))) {
      // False when it is there: somebody has made the same layer in another way.
      String name = String.valueOf(folder.getFileName());
      store.linux().files().renameat2(from, name, to, diffId.hex(), Stat.RENAME_NOREPLACE);
    }
  }

  /** Removes what was not committed. */
  @Override
  public void close() throws IOException {
    try (FileLock _ = lock) {
      store.remove(folder);
      Files.deleteIfExists(lockFile);
    }
  }
}
