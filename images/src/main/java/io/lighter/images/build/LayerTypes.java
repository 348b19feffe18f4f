package io.lighter.images.build;

import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.compression.Compression;

/** The media types of layers in OCI's and in Docker's words. */
final class LayerTypes {
  private LayerTypes() {}

  /** Returns how a layer of a type is compressed. */
  static Compression compression(String mediaType) {
    if (mediaType.endsWith("gzip")) {
      return Compression.GZIP;
    }
    return mediaType.endsWith("zstd") ? Compression.ZSTD : Compression.NONE;
  }

  static String of(Compression compression, boolean oci) {
    return switch (compression) {
      case NONE -> oci ? MediaTypes.OCI_LAYER : MediaTypes.DOCKER_LAYER;
      case GZIP -> oci ? MediaTypes.OCI_LAYER_GZIP : MediaTypes.DOCKER_LAYER_GZIP;
      case ZSTD -> {
        if (!oci) {
          throw new ImageException(
              "a layer is compressed by zstd, which Docker's media types do not have; leave"
                  + " oci-mediatypes=true");
        }
        yield MediaTypes.OCI_LAYER_ZSTD;
      }
      case BZIP2, XZ -> throw new ImageException("layers are not compressed by " + compression);
    };
  }

  /** Returns a type in the other words; that of layers which are elsewhere stays. */
  static String translated(String mediaType, boolean oci) {
    return MediaTypes.isForeignLayer(mediaType) ? mediaType : of(compression(mediaType), oci);
  }
}
