package io.lighter.cli.images;

import io.lighter.images.store.ImageStore;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import io.lighter.overlay.LayerStack;
import io.lighter.overlay.WritableLayer;
import io.lighter.runtime.PrivateFolder;
import io.lighter.runtime.RootFileSystem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/** The writable layer of a container with a name; closing it removes it. */
record KeptLayer(Linux linux, Fd folder, LayerStack layers, WritableLayer writable)
    implements AutoCloseable {

  /** Makes it; what a killed container of this name has left goes first. */
  static KeptLayer create(ImageStore store, Path folder, String name, LayerStack layers)
      throws IOException {
    Linux linux = store.linux();
    PrivateFolder.ensure(linux, folder);
    Fd parent =
        linux
            .files()
            .openat(Fd.WORKING_FOLDER, folder.toString(), Fcntl.O_PATH | Fcntl.O_DIRECTORY, 0);
    try {
      try (Arena arena = Arena.ofConfined()) {
        new FolderRemoval(linux, arena).remove(parent, name);
      }
      return new KeptLayer(
          linux, parent, layers, WritableLayer.create(linux, parent, name, layers.root()));
    } catch (RuntimeException e) {
      parent.close();
      layers.close();
      throw e;
    }
  }

  RootFileSystem root() {
    return new RootFileSystem.Kept(layers, writable);
  }

  @Override
  public void close() {
    try (Arena arena = Arena.ofConfined()) {
      writable.remove(new FolderRemoval(linux, arena));
    } finally {
      layers.close();
      folder.close();
    }
  }
}
