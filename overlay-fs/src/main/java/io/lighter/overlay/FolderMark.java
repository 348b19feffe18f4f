package io.lighter.overlay;

/** What a folder of a layer says about the names in it: the attribute {@code opaque}. */
public enum FolderMark {
  /** It is merged with the folders below; devices 0/0 in it are whiteouts. */
  NONE,
  /** {@code y}: nothing of the folders below shows. */
  OPAQUE,
  /** {@code x}: as none, and empty files in it may be marked as whiteouts. Linux 6.8. */
  HAS_MARKED_WHITEOUTS
}
