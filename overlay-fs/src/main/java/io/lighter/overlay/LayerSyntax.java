package io.lighter.overlay;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Mounts;

/**
 * How the kernel is told which folders are the lower layers; the first that it understands is used.
 */
enum LayerSyntax {
  /** {@code lowerdir+} with an open folder, one call a layer. Linux 6.13. */
  DESCRIPTORS,

  /** {@code lowerdir+} with the path of the descriptor in procfs, one call a layer. Linux 6.8. */
  NAMES,

  /** {@code lowerdir} with such paths between colons: at most 255 characters, some 14 layers. */
  ONE_STRING,

  /** The page of options of mount(2), see {@link OptionPageMount}. */
  OPTION_PAGE;

  /** The longest value of an option that fsconfig takes: fsconfig(2). */
  static final int MAX_VALUE = 255;

  /** The option that adds one layer below those that were given before. */
  static final String ADD_LAYER = "lowerdir+";

  /**
   * Asks the kernel.
   *
   * @param layer a folder that can be a layer
   * @param joined the paths of all layers with colons between them
   */
  static LayerSyntax of(Mounts mounts, Fd layer, String joined) {
    if (mounts.lacksContexts()) {
      return OPTION_PAGE;
    }
    try (Fd context = mounts.fsopen("overlay")) {
      int errno = add(mounts, context, layer);
      if (errno == 0) {
        return DESCRIPTORS;
      }
      // Before Linux 6.5 (EOPNOTSUPP) a context takes any string and complains when it is created.
      if (errno != Errno.EOPNOTSUPP && addName(mounts, context, layer)) {
        return NAMES;
      }
      return joined.length() <= MAX_VALUE ? ONE_STRING : OPTION_PAGE;
    }
  }

  boolean isOneCallPerLayer() {
    return this == DESCRIPTORS || this == NAMES;
  }

  private static int add(Mounts mounts, Fd context, Fd layer) {
    try {
      mounts.setFd(context, ADD_LAYER, layer);
      return 0;
    } catch (LinuxException e) {
      return e.errno();
    }
  }

  private static boolean addName(Mounts mounts, Fd context, Fd layer) {
    try {
      mounts.setString(context, ADD_LAYER, layer.procPath());
      return true;
    } catch (LinuxException e) {
      return false;
    }
  }
}
