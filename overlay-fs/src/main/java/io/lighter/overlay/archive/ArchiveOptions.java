package io.lighter.overlay.archive;

/**
 * How files are put into an archive.
 *
 * @param whiteouts whether the files are a layer of overlayfs: devices 0/0 and opaque folders
 *     become {@code .wh.} entries, and a file of such a name is an error
 * @param owners of the files into those of the archive
 */
public record ArchiveOptions(boolean whiteouts, OwnerMapping owners) {

  /** For layers. */
  public static final ArchiveOptions LAYER = new ArchiveOptions(true, OwnerMapping.IDENTITY);

  /** For archives that are no layers: {@code docker cp}, {@code docker export}. */
  public static final ArchiveOptions FILES = new ArchiveOptions(false, OwnerMapping.IDENTITY);
}
