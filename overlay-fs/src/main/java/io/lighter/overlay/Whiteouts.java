package io.lighter.overlay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.DeviceNumber;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.linux.Xattrs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How a layer says that something of the layers below is not there: whiteouts hide one name, opaque
 * folders hide all that is below them.
 *
 * <p>A whiteout is a character device 0/0, or, in a folder whose {@code opaque} attribute is {@code
 * x}, an empty file with the attribute {@code whiteout} (Linux 6.8). A folder is opaque when the
 * attribute is {@code y}.
 *
 * <p>It has a buffer and is not thread-safe.
 *
 * @see <a
 *     href="https://docs.kernel.org/filesystems/overlayfs.html#whiteouts-and-opaque-directories">
 *     Overlay Filesystem, "Whiteouts and opaque directories"</a>
 */
public final class Whiteouts {
  private static final long DEVICE = DeviceNumber.of(0, 0);

  /** The attribute has one byte; a longer one is not overlayfs'. */
  private static final int VALUE_SIZE = 1;

  private final Files files;
  private final Xattrs xattrs;
  private final OverlayAttributes attributes;
  private final MemorySegment value;

  /**
   * Reads and writes whiteouts as mounts with these options do.
   *
   * @param options of which {@link OverlayOptions#userXattrs} counts
   */
  public Whiteouts(Linux linux, OverlayOptions options, Arena arena) {
    this.files = linux.files();
    this.xattrs = linux.xattrs();
    this.attributes = OverlayAttributes.of(options);
    this.value = arena.allocate(VALUE_SIZE);
  }

  /**
   * Returns whether an entry of a layer hides what is below it.
   *
   * @param folder the folder of the layer
   * @param status what statx says of the entry itself
   * @param mark what {@link #mark} says of the folder
   */
  public boolean isWhiteout(Fd folder, Name name, FileStatus status, FolderMark mark) {
    if (status.isWhiteout()) {
      return true;
    }
    return mark == FolderMark.HAS_MARKED_WHITEOUTS
        && status.isRegularFile()
        && status.size() == 0
        && xattrs.lgetxattr(folder, name, attributes.whiteout(), value) != Xattrs.ABSENT;
  }

  /** Returns what a folder of a layer says about the names in it. */
  public FolderMark mark(Fd folder) {
    return mark(xattrs.fgetxattr(folder, attributes.opaque(), value));
  }

  /** Returns what a folder of a layer says about the names in it. */
  public FolderMark mark(Fd parent, Name folder) {
    return mark(xattrs.lgetxattr(parent, folder, attributes.opaque(), value));
  }

  private FolderMark mark(int size) {
    if (size != VALUE_SIZE) {
      return FolderMark.NONE;
    }
    return switch (value.get(JAVA_BYTE, 0)) {
      case 'y' -> FolderMark.OPAQUE;
      case 'x' -> FolderMark.HAS_MARKED_WHITEOUTS;
      default -> FolderMark.NONE;
    };
  }

  /** Makes a whiteout, where nothing of that name may be: a character device 0/0. */
  public void create(Fd folder, Name name) {
    files.mknodat(folder, name, Fcntl.S_IFCHR, DEVICE);
  }

  /** Makes a folder hide what is below it. */
  public void makeOpaque(Fd folder) {
    value.set(JAVA_BYTE, 0, (byte) 'y');
    xattrs.fsetxattr(folder, attributes.opaque(), value, 0);
  }
}
