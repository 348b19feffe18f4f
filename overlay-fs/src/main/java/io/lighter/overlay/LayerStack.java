package io.lighter.overlay;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * The lower layers of an image, open and ready to be mounted any number of times.
 *
 * <p>What can be done once is done when the stack is opened: the folders are opened, so that
 * whatever is renamed or replaced later cannot come into a container; the kernel is asked how it
 * takes layers; and all strings are made. A mount is a handful of system calls and one a layer.
 *
 * <pre>{@code
 * try (LayerStack stack = LayerStack.open(linux, List.of(top, middle, base));
 *     WritableLayer writable = WritableLayer.create(linux, containers, id, stack.root());
 *     Fd root = stack.mount(writable, OverlayOptions.THROW_AWAY)) {
 *   // openat(root, ...), or move_mount into a container
 * }
 * }</pre>
 *
 * <p>A mount hangs nowhere: it is gone when its descriptor is closed, unless it was moved into a
 * tree of mounts before. The layers must lie in the mount namespace of the caller.
 *
 * <p>Immutable. Any number of threads may mount at once; closing must wait for them, and does
 * nothing to what is mounted.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">Overlay Filesystem</a>
 */
public final class LayerStack implements AutoCloseable {
  /** The most lower layers that Linux takes: {@code OVL_MAX_STACK} of fs/overlayfs/params.h. */
  public static final int MAX_LAYERS = 500;

  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;

  private final List<Fd> layers;
  private final RootAttributes root;
  private final OverlayMounter mounter;

  private LayerStack(Linux linux, List<Fd> layers, RootAttributes root) {
    this.layers = layers;
    this.root = root;
    this.mounter = new OverlayMounter(linux, layers);
  }

  /**
   * Opens folders as layers. Their paths are the caller's own: symbolic links in them are followed.
   * Any character may be in them, colons and commas included.
   *
   * @param folders the uppermost first, 1 to {@link #MAX_LAYERS}; one that is there twice counts
   *     once, where it is uppermost, which shows the same files
   * @throws OverlayException names the layer that is not there or is no folder
   */
  public static LayerStack open(Linux linux, List<Path> folders) {
    Files files = linux.files();
    return open(
        linux,
        folders.size(),
        i -> {
          String path = folders.get(i).toString();
          try {
            return files.openat(Fd.WORKING_FOLDER, path, FOLDER, 0);
          } catch (LinuxException e) {
            throw new OverlayException(
                "layer %d of %d, %s: %s".formatted(i + 1, folders.size(), path, e.getMessage()), e);
          }
        });
  }

  /**
   * Makes layers of open folders, which stay the caller's and may be closed.
   *
   * @param folders the uppermost first, as for {@link #open}; open for reading or with O_PATH
   */
  public static LayerStack ofOpen(Linux linux, List<Fd> folders) {
    Files files = linux.files();
    return open(
        linux,
        folders.size(),
        i -> {
          try {
            return files.openat(folders.get(i), ".", FOLDER, 0);
          } catch (LinuxException e) {
            throw new OverlayException(
                "layer %d of %d: %s".formatted(i + 1, folders.size(), e.getMessage()), e);
          }
        });
  }

  private static LayerStack open(Linux linux, int count, IntFunction<Fd> opener) {
    if (count == 0) {
      throw new OverlayException("an overlay needs at least one layer");
    }
    if (count > MAX_LAYERS) {
      throw new OverlayException(
          "%d layers are more than the %d that Linux mounts in one overlay; squash some of them"
              .formatted(count, MAX_LAYERS));
    }
    List<Fd> layers = new ArrayList<>(count);
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      Set<FileIdentity> seen = new HashSet<>();
      RootAttributes root = RootAttributes.DEFAULT;
      for (int i = 0; i < count; i++) {
        layers.add(opener.apply(i));
        linux.files().statx(layers.getLast(), status);
        if (i == 0) {
          root = RootAttributes.of(status);
        }
        if (!seen.add(FileIdentity.of(status))) {
          // overlayfs refuses a folder that is there twice (ELOOP). The upper one hides the lower.
          layers.removeLast().close();
        }
      }
      return new LayerStack(linux, List.copyOf(layers), root);
    } catch (RuntimeException e) {
      layers.forEach(Fd::close);
      throw e;
    }
  }

  /** Returns the layers, the uppermost first, without those that were there twice. */
  public List<Fd> layers() {
    return layers;
  }

  /** Returns what a new upper takes over. */
  public RootAttributes root() {
    return root;
  }

  /**
   * Mounts the layers below a writable one.
   *
   * @param writable not in use by another mount, now or, if {@link OverlayOptions#volatileUpper},
   *     ever before
   * @return the mount, which hangs nowhere, as by fsmount
   * @throws OverlayException says what the kernel did not like, and why as far as can be found out
   */
  public Fd mount(WritableLayer writable, OverlayOptions options) {
    return mounter.mount(writable, options);
  }

  /**
   * Mounts the layers for reading. A single layer needs no overlay: it is mounted as it is, so that
   * whiteouts in it, which could hide nothing, show as devices.
   *
   * @return the mount, which hangs nowhere, as by fsmount
   */
  public Fd mountReadOnly(OverlayOptions options) {
    return mounter.mountReadOnly(options);
  }

  @Override
  public void close() {
    layers.forEach(Fd::close);
  }
}
