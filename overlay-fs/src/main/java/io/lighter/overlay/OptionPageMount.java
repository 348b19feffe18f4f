package io.lighter.overlay;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.MountFlags;
import io.lighter.linux.MountThread;
import io.lighter.linux.Mounts;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Mounts many layers where the kernel has no {@code lowerdir+} (before Linux 6.8), and any where it
 * has no contexts: by mount(2), whose options share one page.
 *
 * <p>For 500 layers to fit, each has the shortest name that there is: the number of its descriptor,
 * in a thread whose working folder is {@code /proc/thread-self/fd}. mount(2) mounts at a place in
 * the mount namespace, so that the thread has one of its own, which is gone with the thread; what
 * is handed on is a detached clone of the mount. And overlayfs takes only folders whose mount is in
 * the namespace of the caller (since Linux 5.14), so that each layer gets a mount in there too.
 */
final class OptionPageMount {
  private static final int CLONE = MountFlags.OPEN_TREE_CLONE | Fcntl.AT_EMPTY_PATH;
  private static final int FOLDER = Fcntl.O_PATH | Fcntl.O_DIRECTORY;
  private static final String PLACE = "overlay";

  private final Mounts mounts;
  private final Files files;
  private final Linux linux;
  private final List<Fd> layers;
  private final @Nullable WritableLayer writable;
  private final OverlayOptions options;
  private final List<Fd> opened = new ArrayList<>();

  OptionPageMount(
      Linux linux, List<Fd> layers, @Nullable WritableLayer writable, OverlayOptions options) {
    this.linux = linux;
    this.mounts = linux.mounts();
    this.files = linux.files();
    this.layers = layers;
    this.writable = writable;
    this.options = options;
  }

  /** Mounts. */
  Fd mount() {
    try {
      List<Fd> lower = new ArrayList<>(layers.size());
      for (Fd layer : layers) {
        lower.add(held(mounts.openTree(layer, "", CLONE)));
      }
      Fd upper = writable == null ? null : held(mounts.openTree(writable.folder(), "", CLONE));
      return MountThread.run(linux, "overlay-mount", () -> mountInOwnNamespace(lower, upper));
    } finally {
      opened.forEach(Fd::close);
    }
  }

  private Fd mountInOwnNamespace(List<Fd> lower, @Nullable Fd upper) {
    Fd root = held(files.openat(Fd.WORKING_FOLDER, "/", FOLDER, 0));
    Fd base = held(mounts.create("tmpfs", List.of(), 0));
    files.mkdirat(base, PLACE, 0700);
    // Where they are mounted is all the same: each goes onto the one before.
    mounts.moveMount(base, root);
    Fd last = base;
    for (Fd layer : lower) {
      mounts.moveMount(layer, last);
      last = layer;
    }
    if (upper != null) {
      mounts.moveMount(upper, last);
    }
    Fd descriptors = held(files.openat(Fd.WORKING_FOLDER, "/proc/thread-self/fd", FOLDER, 0));
    linux.processes().fchdir(descriptors);
    try (Arena arena = Arena.ofConfined()) {
      String data = page(lower, upper);
      mounts.mount("overlay", name(base) + "/" + PLACE, 0, arena.allocateFrom(data));
    }
    Fd mount = mounts.openTree(base, PLACE, MountFlags.OPEN_TREE_CLONE);
    try {
      mounts.mountSetattr(mount, 0, options.attributes(), 0, 0);
      return mount;
    } catch (RuntimeException e) {
      mount.close();
      throw e;
    }
  }

  private String page(List<Fd> lower, @Nullable Fd upper) {
    OptionPage page = new OptionPage();
    page.set("lowerdir", String.join(":", lower.stream().map(OptionPageMount::name).toList()));
    options.tellTo(page);
    if (upper != null) {
      options.tellUpperTo(page);
      WritableLayer.tellTo(page, name(upper));
    }
    return page.text();
  }

  private Fd held(Fd fd) {
    opened.add(fd);
    return fd;
  }

  /** The name of a descriptor in the thread's working folder: its number. */
  private static String name(Fd fd) {
    String path = fd.procPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
