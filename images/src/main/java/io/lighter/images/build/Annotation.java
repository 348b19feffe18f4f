package io.lighter.images.build;

import io.lighter.images.Platform;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A note that a document of an image gets.
 *
 * @param level which document
 * @param platform of the image; null for all
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/annotations.md">OCI
 *     annotations</a>
 */
public record Annotation(Level level, @Nullable Platform platform, String key, String value) {
  /** Documents. */
  public enum Level {
    /** The manifest of an image. */
    MANIFEST,
    /** What the index says of a manifest. */
    MANIFEST_DESCRIPTOR,
    /** The index. */
    INDEX,
    /** What the layout of an archive says of the index. */
    INDEX_DESCRIPTOR
  }

  /** One of every manifest. */
  public static Annotation ofManifest(String key, String value) {
    return new Annotation(Level.MANIFEST, null, key, value);
  }

  /**
   * Returns those of a document.
   *
   * @param platform of the image, null for a document of all of them
   */
  static Map<String, String> of(
      List<Annotation> annotations, Level level, @Nullable Platform platform) {
    Map<String, String> found = new TreeMap<>();
    for (Annotation each : annotations) {
      if (each.level == level && (each.platform == null || each.platform.equals(platform))) {
        found.put(each.key, each.value);
      }
    }
    return found;
  }
}
