package io.lighter.images.build;

import io.lighter.images.ImageException;
import io.lighter.images.compression.Compression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the documents and the layers of an image are written.
 *
 * @param compression of the layers that the build has made: NONE, GZIP or ZSTD; null for what the
 *     output does anyway
 * @param level of the compression: 0 to 9 for GZIP, 0 to 22 for ZSTD; null for the usual one
 * @param force the layers of base images get the same compression
 * @param ociTypes the types of the documents are OCI's; if not, Docker's
 * @param annotations of its documents
 */
public record ExportOptions(
    @Nullable Compression compression,
    @Nullable Integer level,
    boolean force,
    boolean ociTypes,
    List<Annotation> annotations) {
  /** As the store keeps images. */
  public static final ExportOptions DEFAULT = new ExportOptions(null, null, false, true, List.of());

  private static final int MAX_GZIP = 9;
  private static final int MAX_ZSTD = 22;

  /**
   * Checks what contradicts itself.
   *
   * @throws ImageException says what
   */
  public ExportOptions {
    annotations = List.copyOf(annotations);
    if (level != null) {
      int most = compression == Compression.ZSTD ? MAX_ZSTD : MAX_GZIP;
      if (compression != Compression.GZIP && compression != Compression.ZSTD) {
        throw new ImageException("a compression level needs compression=gzip or compression=zstd");
      }
      if (level < 0 || level > most) {
        throw new ImageException("a level of this compression is 0 to " + most + ", not " + level);
      }
    }
    if (force && compression == null) {
      throw new ImageException("force-compression needs compression=uncompressed, gzip or zstd");
    }
    if (!ociTypes && compression == Compression.ZSTD) {
      throw new ImageException("Docker's media types have no zstd; leave oci-mediatypes=true");
    }
    if (!ociTypes && !annotations.isEmpty()) {
      throw new ImageException("Docker's manifests have no annotations; leave oci-mediatypes=true");
    }
  }

  /** The same with further annotations. */
  public ExportOptions withAnnotations(List<Annotation> further) {
    List<Annotation> all = new ArrayList<>(annotations);
    all.addAll(further);
    return new ExportOptions(compression, level, force, ociTypes, all);
  }

  /** The same with layers compressed by gzip, if nothing else was said. */
  ExportOptions compressed() {
    return compression == null
        ? new ExportOptions(Compression.GZIP, level, force, ociTypes, annotations)
        : this;
  }

  /**
   * Refuses annotations of what an image by itself has not.
   *
   * @throws ImageException names one
   */
  void checkOfOneImage() {
    for (Annotation each : annotations) {
      if (each.level() != Annotation.Level.MANIFEST) {
        throw new ImageException(
            "the annotation %s is of an index, and one image has none; build for several platforms"
                    .formatted(each.key())
                + " or with --provenance=true, or annotate the manifest");
      }
    }
  }
}
