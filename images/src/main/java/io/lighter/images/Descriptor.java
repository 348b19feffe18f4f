package io.lighter.images;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What content is called, of which type and how large it is.
 *
 * @param mediaType one of {@link MediaTypes}, or another that is carried along
 * @param digest of its bytes
 * @param size in bytes
 * @param annotations of the descriptor; mostly empty
 * @param urls where else it may be had; mostly empty
 * @param platform of an image in an index, or null
 * @param artifactType of an artifact in an index, or null
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md">OCI
 *     descriptor</a>
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Map<String, String> annotations,
    List<String> urls,
    @Nullable Platform platform,
    @Nullable String artifactType) {
  /**
   * Copies the collections.
   *
   * @throws ImageException when the size is negative
   */
  public Descriptor {
    if (size < 0) {
      throw new ImageException("the size of " + digest + " is negative: " + size);
    }
    annotations = Map.copyOf(annotations);
    urls = List.copyOf(urls);
  }

  /** One with no more than what each has. */
  public Descriptor(String mediaType, Digest digest, long size) {
    this(mediaType, digest, size, Map.of(), List.of(), null, null);
  }

  /** Describes bytes. */
  public static Descriptor of(String mediaType, byte[] content) {
    return new Descriptor(mediaType, Digest.of(content), content.length);
  }

  /** The same content under another type. */
  public Descriptor withMediaType(String value) {
    return new Descriptor(value, digest, size, annotations, urls, platform, artifactType);
  }

  /** The same with other annotations. */
  public Descriptor withAnnotations(Map<String, String> value) {
    return new Descriptor(mediaType, digest, size, value, urls, platform, artifactType);
  }

  /** The same for a platform. */
  public Descriptor withPlatform(@Nullable Platform value) {
    return new Descriptor(mediaType, digest, size, annotations, urls, value, artifactType);
  }
}
