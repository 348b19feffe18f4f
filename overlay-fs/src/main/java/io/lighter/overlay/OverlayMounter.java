package io.lighter.overlay;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.MountFlags;
import io.lighter.linux.Mounts;
import io.lighter.linux.Stat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Mounts one stack of layers, in the way that the running kernel understands. Immutable. */
final class OverlayMounter {
  private static final String LOWERDIR = "lowerdir";

  private final Linux linux;
  private final List<Fd> layers;
  private final String[] paths;
  private final String joined;
  private final LayerSyntax syntax;

  OverlayMounter(Linux linux, List<Fd> layers) {
    this.linux = linux;
    this.layers = layers;
    this.paths = layers.stream().map(Fd::procPath).toArray(String[]::new);
    this.joined = String.join(":", paths);
    this.syntax = probe();
  }

  private LayerSyntax probe() {
    try {
      return LayerSyntax.of(linux.mounts(), layers.getFirst(), joined);
    } catch (LinuxException e) {
      throw new MountFailure(linux, layers, null).explain(e, "", -1);
    }
  }

  Fd mount(WritableLayer writable, OverlayOptions options) {
    return syntax == LayerSyntax.OPTION_PAGE
        ? onPage(writable, options)
        : inContext(writable, options, options.attributes());
  }

  Fd mountReadOnly(OverlayOptions options) {
    if (layers.size() == 1) {
      return bind(options.attributes() | MountFlags.MOUNT_ATTR_RDONLY);
    }
    OverlayOptions readOnly =
        options.withAttributes(options.attributes() | MountFlags.MOUNT_ATTR_RDONLY);
    return syntax == LayerSyntax.OPTION_PAGE
        ? onPage(null, readOnly)
        : inContext(null, readOnly, readOnly.attributes());
  }

  private Fd bind(long attributes) {
    Mounts mounts = linux.mounts();
    Fd mount =
        mounts.openTree(layers.getFirst(), "", MountFlags.OPEN_TREE_CLONE | Fcntl.AT_EMPTY_PATH);
    try {
      mounts.mountSetattr(mount, 0, attributes, 0, 0);
      return mount;
    } catch (RuntimeException e) {
      mount.close();
      throw e;
    }
  }

  private Fd inContext(@Nullable WritableLayer writable, OverlayOptions options, long attributes) {
    try (OverlayContext context = new OverlayContext(linux)) {
      int told = -1;
      try {
        for (told = 0; told < layers.size(); told++) {
          tellLayer(context, told);
        }
        options.tellTo(context);
        if (writable != null) {
          tellUpper(context, writable, options);
        }
        return writableOrClosed(context.mount(attributes), writable, attributes);
      } catch (LinuxException e) {
        throw new MountFailure(linux, layers, writable).explain(e, context.takeMessages(), told);
      }
    }
  }

  /**
   * Checks that a mount with an upper can be written. When the kernel cannot make its work folder,
   * as on a full disk, it mounts for reading only and says so in its log.
   */
  private Fd writableOrClosed(Fd mount, @Nullable WritableLayer writable, long attributes) {
    if (writable == null || (attributes & MountFlags.MOUNT_ATTR_RDONLY) != 0) {
      return mount;
    }
    try {
      linux.files().faccessat2(mount, ".", Stat.W_OK, 0);
      return mount;
    } catch (LinuxException e) {
      mount.close();
      throw e;
    }
  }

  private void tellLayer(OverlayContext context, int index) {
    switch (syntax) {
      case DESCRIPTORS -> context.set(LayerSyntax.ADD_LAYER, layers.get(index));
      case NAMES -> context.set(LayerSyntax.ADD_LAYER, paths[index]);
      case ONE_STRING -> {
        if (index == 0) {
          context.set(LOWERDIR, joined);
        }
      }
      case OPTION_PAGE -> throw new AssertionError("an option page needs no context");
    }
  }

  private void tellUpper(OverlayContext context, WritableLayer writable, OverlayOptions options) {
    options.tellUpperTo(context);
    if (!options.index() && syntax.isOneCallPerLayer()) {
      // Linux 6.6 and newer would write a UUID into each new upper, which only an index needs.
      context.set("uuid", "null");
    }
    writable.tellTo(context);
  }

  private Fd onPage(@Nullable WritableLayer writable, OverlayOptions options) {
    try {
      Fd mount = new OptionPageMount(linux, layers, writable, options).mount();
      return writableOrClosed(mount, writable, options.attributes());
    } catch (LinuxException e) {
      throw new MountFailure(linux, layers, writable).explain(e, "", -1);
    }
  }
}
