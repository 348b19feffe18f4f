package io.lighter.runtime;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.MountFlags;
import io.lighter.overlay.LayerStack;
import io.lighter.overlay.OverlayOptions;
import io.lighter.overlay.WritableLayer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container's root is made of. It is opened once and serves any number of starts; it must
 * stay open while containers of it are being started, and may be closed while they run.
 *
 * <p>Safe for use by many threads.
 */
public sealed interface RootFileSystem extends AutoCloseable {

  /**
   * Layers below a writable one that each container gets for itself; they are never written.
   *
   * @param shown where to look something up, when mounts of the specification hide the layers, or
   *     null
   */
  record Overlay(LayerStack layers, @Nullable Fd shown) implements RootFileSystem {
    /** Layers that nothing hides. */
    public Overlay(LayerStack layers) {
      this(layers, null);
    }

    @Override
    public Fd look(Linux linux) {
      if (shown != null) {
        return reopen(linux, shown);
      }
      List<Fd> folders = layers.layers();
      return folders.size() == 1
          ? reopen(linux, folders.getFirst())
          : layers.mountReadOnly(OverlayOptions.DEFAULTS);
    }

    @Override
    public void close() {
      layers.close();
      if (shown != null) {
        shown.close();
      }
    }
  }

  /**
   * Layers below a writable one that is the caller's and outlives the container, so that what was
   * changed can be kept. For one container at a time; both stay the caller's to close.
   *
   * @param writable empty
   */
  record Kept(LayerStack layers, WritableLayer writable) implements RootFileSystem {
    @Override
    public Fd look(Linux linux) {
      return layers.mountReadOnly(OverlayOptions.DEFAULTS);
    }

    @Override
    public void close() {}
  }

  /** A folder that the container has as it is and may write to, as a bundle's root is. */
  record Folder(Fd folder, Path path) implements RootFileSystem {
    @Override
    public Fd look(Linux linux) {
      return reopen(linux, folder);
    }

    @Override
    public void close() {
      folder.close();
    }
  }

  /**
   * Opens folders as the layers of an overlay.
   *
   * @param folders the topmost first, 1 to 500
   */
  static RootFileSystem overlay(List<Path> folders) {
    return new Overlay(LayerStack.open(Linux.kernel(), folders));
  }

  /**
   * Opens a folder as the only layer of an overlay on which the specification mounts what another
   * folder shows.
   *
   * @param shown where accounts and the like are looked up
   */
  static RootFileSystem overlayShowing(Path layer, Path shown) {
    LayerStack layers = LayerStack.open(Linux.kernel(), List.of(layer));
    try {
      return new Overlay(layers, open(shown));
    } catch (RuntimeException e) {
      layers.close();
      throw e;
    }
  }

  /** Opens a folder that containers share and write to. */
  static RootFileSystem folder(Path path) {
    return new Folder(open(path), path);
  }

  private static Fd open(Path folder) {
    String path = folder.toAbsolutePath().toString();
    int flags = Fcntl.O_PATH | Fcntl.O_DIRECTORY;
    return Linux.kernel().files().openat(Fd.WORKING_FOLDER, path, flags, 0);
  }

  /** Returns the flags that clone a folder and what is mounted below it. */
  static int cloneFlags(boolean recursive) {
    return MountFlags.OPEN_TREE_CLONE | Fcntl.AT_EMPTY_PATH | (recursive ? Fcntl.AT_RECURSIVE : 0);
  }

  /**
   * Opens the root as containers find it at their start, to look something up in it: with openat2
   * and RESOLVE_IN_ROOT, because what lies in it is not trusted.
   */
  Fd look(Linux linux);

  private static Fd reopen(Linux linux, Fd folder) {
    return linux.files().openat(folder, ".", Fcntl.O_PATH | Fcntl.O_DIRECTORY, 0);
  }

  @Override
  void close();
}
