package io.lighter.overlay;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a container changed: the differences of its writable layer from the layers below, as {@code
 * docker diff} tells them.
 *
 * <ul>
 *   <li>A folder in which something changed is told as changed, with all folders above it, and
 *       before what is in it; the root folder is not told.
 *   <li>A folder that was merely copied up is told when its owner, permissions or attributes
 *       differ. Any other file in the upper is told, since it was opened for writing.
 *   <li>Deletions are told of what was there. A folder that is gone, or became another type of
 *       file, is told once and not with all that was in it.
 *   <li>The order is that of a walk: the names of a folder by their bytes, each folder's content
 *       right after it.
 * </ul>
 *
 * <p>The layers are merged by the kernel, in a read-only mount that hangs nowhere. Folders are
 * opened below their root without following any symbolic link, however deep, with a few descriptors
 * in all. The container may run meanwhile: what it changes then is told or not.
 *
 * <p>Thread-safe; each walk stands on its own.
 */
public final class LayerChanges {
  private final Linux linux;
  private final LayerStack layers;
  private final WritableLayer writable;
  private final OverlayOptions options;

  /**
   * Looks at a writable layer.
   *
   * @param layers those that it was mounted with, in the mount namespace of the caller
   * @param options those that it was mounted with
   */
  public LayerChanges(
      Linux linux, LayerStack layers, WritableLayer writable, OverlayOptions options) {
    this.linux = linux;
    this.layers = layers;
    this.writable = writable;
    this.options = options;
  }

  /** Returns all changes. */
  public List<Change> toList() {
    List<Change> changes = new ArrayList<>();
    forEach(changes::add);
    return changes;
  }

  /**
   * Hands each change to a consumer, as it is found.
   *
   * @throws OverlayException when a file of the upper is not whole ({@code metacopy} or {@code
   *     redirect_dir}), or the layers cannot be mounted
   */
  public void forEach(Consumer<? super Change> consumer) {
    try (Arena arena = Arena.ofConfined();
        Fd lower = layers.mountReadOnly(options.withAttributes(0));
        Fd upper = writable.openUpper()) {
      FolderDiff diff = new FolderDiff(linux, options, arena);
      new ChangeWalk(linux.files(), diff, upper, lower, consumer).run();
    }
  }
}
