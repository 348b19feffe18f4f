package io.lighter.overlay;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import org.jspecify.annotations.Nullable;

/**
 * The writable layer of one container: a folder that holds the upper and the work folder.
 *
 * <p>Both lie in one folder of their own because overlayfs wants them on the same mount. Nobody but
 * root may enter it, since an upper holds the set-user-ID programs of a container.
 *
 * <p>Not thread-safe.
 */
public final class WritableLayer implements AutoCloseable {
  private static final String UPPER = "upper";
  private static final String WORK = "work";
  private static final int FOLDER = Fcntl.O_PATH | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;

  private final Linux linux;
  private final Fd parent;
  private final String name;
  private final Fd folder;
  private final String upperPath;
  private final String workPath;

  private WritableLayer(Linux linux, Fd parent, String name, Fd folder) {
    this.linux = linux;
    this.parent = parent;
    this.name = name;
    this.folder = folder;
    String path = folder.procPath();
    this.upperPath = path + "/" + UPPER;
    this.workPath = path + "/" + WORK;
  }

  /**
   * Makes an empty layer.
   *
   * @param parent where; on a file system with {@code trusted.*} attributes, such as ext4, xfs,
   *     btrfs or tmpfs. It must stay open as long as the layer is used.
   * @param name a name that is not taken
   * @param root owner and permissions of the root folder: {@link LayerStack#root()}
   * @throws OverlayException when there is something of that name
   * @throws LinuxException ENOSPC, EDQUOT, EROFS, ...; nothing is left of the layer then
   */
  public static WritableLayer create(Linux linux, Fd parent, String name, RootAttributes root) {
    Files files = linux.files();
    if (!files.mkdirat(parent, name, 0700)) {
      throw new OverlayException("there is a writable layer of that name: " + name);
    }
    WritableLayer layer = null;
    try {
      layer = open(linux, parent, name);
      Fd folder = layer.folder;
      files.mkdirat(folder, UPPER, root.permissions());
      if (root.uid() != 0 || root.gid() != 0) {
        files.fchownat(folder, UPPER, root.uid(), root.gid(), Fcntl.AT_SYMLINK_NOFOLLOW);
      }
      // The umask of the process may have taken bits away.
      files.fchmodat(folder, UPPER, root.permissions());
      files.mkdirat(folder, WORK, 0700);
      return layer;
    } catch (RuntimeException e) {
      discard(linux, parent, name, layer);
      throw e;
    }
  }

  private static void discard(Linux linux, Fd parent, String name, @Nullable WritableLayer layer) {
    if (layer != null) {
      linux.files().unlinkat(layer.folder, UPPER, Fcntl.AT_REMOVEDIR);
      layer.close();
    }
    linux.files().unlinkat(parent, name, Fcntl.AT_REMOVEDIR);
  }

  /** Opens a layer that is there, as after a restart. */
  public static WritableLayer open(Linux linux, Fd parent, String name) {
    return new WritableLayer(linux, parent, name, linux.files().openat(parent, name, FOLDER, 0));
  }

  /** Returns the name within the parent. */
  public String name() {
    return name;
  }

  /** Opens the upper folder for reading: what a container changed, see {@link LayerChanges}. */
  public Fd openUpper() {
    return linux
        .files()
        .openat(folder, UPPER, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW, 0);
  }

  /**
   * Removes the layer with all that is in it, whatever a container made of it, and closes it. It
   * must not be mounted any more.
   *
   * @return false when it had been removed already
   */
  public boolean remove(FolderRemoval removal) {
    close();
    return removal.remove(parent, name);
  }

  /** Closes the descriptor and leaves the layer. What is mounted stays mounted. */
  @Override
  public void close() {
    folder.close();
  }

  Fd folder() {
    return folder;
  }

  void tellTo(OptionTarget target) {
    target.set("upperdir", upperPath);
    target.set("workdir", workPath);
  }

  /** As {@link #tellTo(OptionTarget)}, with another name of {@link #folder()}. */
  static void tellTo(OptionTarget target, String folder) {
    target.set("upperdir", folder + "/" + UPPER);
    target.set("workdir", folder + "/" + WORK);
  }

  @Override
  public String toString() {
    return "writable layer " + name;
  }
}
