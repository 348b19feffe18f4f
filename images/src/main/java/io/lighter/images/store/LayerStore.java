package io.lighter.images.store;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.overlay.LayerStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers, unpacked once for all images and containers that share them, each by the digest of its
 * uncompressed archive. A layer does not depend on those below it: its whiteouts are those of
 * overlayfs. Safe for use by many threads and processes.
 */
public final class LayerStore {
  static final String FILES = "fs";
  static final String SIZE = "size";
  static final String NEW = "new-";

  private final StoreFolder store;

  LayerStore(StoreFolder store) {
    this.store = store;
  }

  /** Whether a layer is here. */
  public boolean has(Digest diffId) {
    return Files.exists(store.layer(diffId));
  }

  /** The folder with the files of a layer, which must not be changed. */
  public Path folder(Digest diffId) {
    return store.layer(diffId).resolve(FILES);
  }

  /**
   * The bytes of the files in a layer.
   *
   * @throws ImageException when it is not here
   */
  public long size(Digest diffId) throws IOException {
    try {
      return Long.parseLong(Files.readString(store.layer(diffId).resolve(SIZE)).trim());
    } catch (NoSuchFileException e) {
      throw new ImageException("the layer " + diffId + " is not in the store", e);
    }
  }

  /**
   * Opens layers for mounting.
   *
   * @param diffIds the lowest first, as in configurations; at least one
   */
  public LayerStack open(List<Digest> diffIds) {
    List<Path> folders = new ArrayList<>(diffIds.size());
    for (Digest diffId : diffIds.reversed()) {
      if (!has(diffId)) {
        throw new ImageException("the layer " + diffId + " is not in the store");
      }
      folders.add(folder(diffId));
    }
    return LayerStack.open(store.linux(), folders);
  }

  /** Begins to unpack a layer, and keeps it by the lease. Waits for whoever does so already. */
  public LayerIngest begin(Lease lease, Digest diffId) throws IOException {
    return LayerIngest.of(store, lease, diffId);
  }

  /** Begins a layer whose files are made here and not unpacked. */
  public NewLayer create(Lease lease) throws IOException {
    return NewLayer.create(store, lease);
  }

  /** All layers that are here. */
  public List<Digest> list() throws IOException {
    List<Digest> all = new ArrayList<>();
    for (String algorithm : StoreFolder.names(store.layers())) {
      if (algorithm.startsWith(NEW)) {
        continue;
      }
      for (String hex : StoreFolder.names(store.layers().resolve(algorithm))) {
        all.add(new Digest(algorithm, hex));
      }
    }
    return all;
  }
}
