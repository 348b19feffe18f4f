package io.lighter.overlay.archive;

import io.lighter.linux.Name;
import java.util.Arrays;

/**
 * What a name in a layer says about whiteouts.
 *
 * @param hidden the name that a WHITEOUT hides; otherwise the name of the entry
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts">OCI
 *     image layer, "Whiteouts"</a>
 */
record WhiteoutName(Kind kind, Name hidden) {
  static final String PREFIX = ".wh.";

  /** Begins the names that aufs kept for itself, and by which it marked opaque folders. */
  private static final String OF_AUFS = ".wh..wh.";

  static final String OPAQUE = ".wh..wh..opq";

  enum Kind {
    /** The entry is a file as any other. */
    NONE,
    /** One name of the layers below is gone. */
    WHITEOUT,
    /** All that the layers below have in this folder is gone. */
    OPAQUE,
    /** Of aufs' own book-keeping, which no layer needs: left out, as by the peers. */
    AUFS
  }

  /**
   * Reads a name. Only what hides one name of the same folder is a whiteout.
   *
   * @throws ArchiveException when it would hide the folder itself or the one above, or lies in a
   *     folder whose name is that of a whiteout
   */
  static WhiteoutName of(EntryPath path) throws ArchiveException {
    if (path.hasFolderNamed(OF_AUFS)) {
      return new WhiteoutName(Kind.AUFS, path.name());
    }
    if (path.hasFolderNamed(PREFIX)) {
      throw new ArchiveException("it lies in a folder whose name is that of a whiteout");
    }
    if (!path.name().startsWith(PREFIX)) {
      return new WhiteoutName(Kind.NONE, path.name());
    }
    if (path.name().contentEquals(OPAQUE)) {
      return new WhiteoutName(Kind.OPAQUE, path.name());
    }
    if (path.name().startsWith(OF_AUFS)) {
      return new WhiteoutName(Kind.AUFS, path.name());
    }
    byte[] bytes = path.name().toBytes();
    Name hidden = Name.of(Arrays.copyOfRange(bytes, PREFIX.length(), bytes.length));
    if (!hidden.isOneComponent()) {
      throw new ArchiveException(
          "it is a whiteout of " + ArchiveException.quote(hidden) + ", which is no name");
    }
    return new WhiteoutName(Kind.WHITEOUT, hidden);
  }
}
