package io.lighter.images.manifest;

import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.json.Fields;
import org.jspecify.annotations.Nullable;

/** Which of the known kinds a manifest is of. */
public final class ManifestKind {
  private ManifestKind() {}

  /**
   * Returns the type of a manifest or an index, from what it says of itself and how it came.
   *
   * @param mediaType by which it came, or null; parameters are ignored
   * @return one of {@link MediaTypes#MANIFESTS}
   * @throws ImageException when it is none of them, or the two disagree
   */
  public static String of(@Nullable String mediaType, byte[] utf8) {
    return of(mediaType, Fields.read("the manifest", utf8));
  }

  static String of(@Nullable String mediaType, Fields fields) {
    long version = fields.number("schemaVersion", 0);
    if (version == 1) {
      throw new ImageException(
          "the manifest has Docker's schema 1, which is obsolete and refused; push the image again"
              + " with a newer tool");
    }
    if (version != 2) {
      throw fields.error("schemaVersion", "must be 2, and is " + version);
    }
    String came = mediaType == null ? null : mediaType.replaceAll(";.*", "").trim();
    String says = Descriptors.emptyToNull(fields.string("mediaType"));
    if (says != null && came != null && isKnown(came) && !says.equals(came)) {
      throw fields.error("mediaType", "is " + says + ", and it came as " + came);
    }
    String type = says != null ? says : came != null && isKnown(came) ? came : guess(fields);
    if (!isKnown(type)) {
      throw fields.error("mediaType", type + " is not known");
    }
    return type;
  }

  private static boolean isKnown(String mediaType) {
    return MediaTypes.MANIFESTS.contains(mediaType);
  }

  private static String guess(Fields fields) {
    return fields.has("manifests") ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
  }
}
