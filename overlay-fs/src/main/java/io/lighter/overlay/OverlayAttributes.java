package io.lighter.overlay;

import io.lighter.linux.Name;

/**
 * The extended attributes in which overlayfs keeps its notes.
 *
 * @param prefix what all of them begin with
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">Overlay Filesystem</a>
 */
record OverlayAttributes(
    String prefix, String opaque, String whiteout, String redirect, String metacopy) {

  static final OverlayAttributes TRUSTED = of("trusted.overlay.");

  /** With the mount option {@code userxattr}. */
  static final OverlayAttributes USER = of("user.overlay.");

  private static OverlayAttributes of(String prefix) {
    return new OverlayAttributes(
        prefix, prefix + "opaque", prefix + "whiteout", prefix + "redirect", prefix + "metacopy");
  }

  static OverlayAttributes of(OverlayOptions options) {
    return options.userXattrs() ? USER : TRUSTED;
  }

  /** Returns whether an attribute is a note of overlayfs, and none of the file's own. */
  boolean isOwn(Name attribute) {
    return attribute.startsWith(prefix);
  }
}
