package io.lighter.overlay.archive;

/** What {@code .wh.NAME} and {@code .wh..wh..opq} in an archive mean. */
public enum WhiteoutMode {
  /**
   * The folder becomes a layer of its own: a device 0/0 of overlayfs for {@code .wh.NAME}, its
   * opaque attribute for {@code .wh..wh..opq}.
   */
  OVERLAY,
  /**
   * The folder holds all layers below already: what is named is removed. What the same archive
   * brought stays, before or after.
   */
  APPLY,
  /** Nothing: they are names as any other. For archives that are no layers. */
  LITERAL
}
