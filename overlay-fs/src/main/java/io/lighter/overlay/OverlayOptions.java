package io.lighter.overlay;

import org.jspecify.annotations.Nullable;

/**
 * What an overlay mount is told besides its layers.
 *
 * <p>Every option is set at each mount, because the defaults of overlayfs are the choice of whoever
 * built the kernel or loaded its module: the same layers shall behave the same everywhere.
 *
 * @param volatileUpper leave out every sync to the upper's disk, the one at the end included: for
 *     containers whose changes are thrown away. After a crash of the machine such an upper is
 *     worthless, and overlayfs refuses to mount one that was not unmounted cleanly. Linux 5.10.
 * @param userXattrs keep overlayfs' own notes in {@code user.overlay.*} and not in {@code
 *     trusted.overlay.*}, as a mount inside a user namespace must. Linux 5.11.
 * @param index keep hard links one file when they are copied up. It binds an upper to its lowers
 *     for good, so that neither can be copied or moved.
 * @param metacopy copy up only the metadata on chmod and chown. The upper alone does not hold the
 *     files then, and {@link LayerChanges} refuses it.
 * @param redirectDir what a rename of a folder of a lower layer does
 * @param xino whether inode numbers carry the layer in their high bits
 * @param attributes MOUNT_ATTR_ bits of {@link io.lighter.linux.MountFlags} that the mount has
 * @param label the SELinux context of every file in the mount, or null to leave each its own
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">Overlay Filesystem</a>
 */
public record OverlayOptions(
    boolean volatileUpper,
    boolean userXattrs,
    boolean index,
    boolean metacopy,
    RedirectDir redirectDir,
    Xino xino,
    long attributes,
    @Nullable String label) {

  /** What a rename of a folder that lies in a lower layer does. */
  public enum RedirectDir {
    /**
     * It fails with EXDEV, and programs copy; a redirection that a layer brings along is not
     * followed, since it could show a file that the layers above had hidden.
     */
    NOFOLLOW("nofollow"),
    /** It fails with EXDEV; redirections are followed where the kernel is built to. */
    OFF("off"),
    /** It writes a redirection into the upper. */
    ON("on");

    private final String value;

    RedirectDir(String value) {
      this.value = value;
    }
  }

  /** Whether inode numbers are unique over layers of several file systems. */
  public enum Xino {
    OFF("off"),
    /**
     * Where the file systems leave high bits of the number free: files have one device number then,
     * so that {@code find -xdev} and {@code tar --one-file-system} see one file system.
     */
    AUTO("auto"),
    ON("on");

    private final String value;

    Xino(String value) {
      this.value = value;
    }
  }

  /** For an upper that is kept. */
  public static final OverlayOptions DEFAULTS =
      new OverlayOptions(false, false, false, false, RedirectDir.NOFOLLOW, Xino.AUTO, 0, null);

  /** For an upper that is thrown away with its container. */
  public static final OverlayOptions THROW_AWAY = DEFAULTS.withVolatileUpper(true);

  /** Returns these options with another {@link #volatileUpper}. */
  public OverlayOptions withVolatileUpper(boolean value) {
    return new OverlayOptions(
        value, userXattrs, index, metacopy, redirectDir, xino, attributes, label);
  }

  /** Returns these options with other {@link #attributes} of the mount. */
  public OverlayOptions withAttributes(long value) {
    return new OverlayOptions(
        volatileUpper, userXattrs, index, metacopy, redirectDir, xino, value, label);
  }

  /**
   * Returns these options for a mount inside a user namespace: with {@link #userXattrs}, and so
   * without {@link #metacopy} and whatever {@link #redirectDir} says.
   */
  public OverlayOptions inUserNamespace() {
    return new OverlayOptions(
        volatileUpper, true, index, false, redirectDir, xino, attributes, label);
  }

  /** Returns these options with another {@link #label}. */
  public OverlayOptions withLabel(@Nullable String value) {
    return new OverlayOptions(
        volatileUpper, userXattrs, index, metacopy, redirectDir, xino, attributes, value);
  }

  /** Tells the options that say something without an upper, too. */
  void tellTo(OptionTarget target) {
    if (!userXattrs) {
      // With them there are no redirections. Whatever is said, "off" included, can be refused:
      // where the kernel is built to follow redirections always, "off" means "follow".
      target.set("redirect_dir", redirectDir.value);
    }
    target.set("metacopy", onOrOff(metacopy));
    target.set("xino", xino.value);
    if (userXattrs) {
      target.set("userxattr");
    }
    if (label != null) {
      target.setLabel(label);
    }
  }

  /** Tells the options that an upper has. */
  void tellUpperTo(OptionTarget target) {
    target.set("index", onOrOff(index));
    if (volatileUpper) {
      target.set("volatile");
    }
  }

  private static String onOrOff(boolean on) {
    return on ? "on" : "off";
  }
}
