package io.lighter.images.manifest;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.Platform;
import io.lighter.images.json.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Descriptors as they are in documents. */
public final class Descriptors {
  private Descriptors() {}

  /**
   * Reads one.
   *
   * @throws io.lighter.images.ImageException names the field that is wrong
   */
  public static Descriptor read(Fields fields) {
    Fields platform = fields.object("platform");
    return new Descriptor(
        fields.text("mediaType"),
        Digest.parse(fields.requiredString("digest")),
        fields.requiredNumber("size"),
        fields.stringMap("annotations"),
        fields.strings("urls"),
        platform == null ? null : platform(platform),
        fields.string("artifactType"));
  }

  /** Returns one as a JSON object, see {@link io.lighter.runtime.json}. */
  public static Map<String, Object> toJson(Descriptor descriptor) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("mediaType", descriptor.mediaType());
    json.put("digest", descriptor.digest().toString());
    json.put("size", descriptor.size());
    if (!descriptor.urls().isEmpty()) {
      json.put("urls", descriptor.urls());
    }
    if (!descriptor.annotations().isEmpty()) {
      json.put("annotations", new TreeMap<>(descriptor.annotations()));
    }
    Platform platform = descriptor.platform();
    if (platform != null) {
      json.put("platform", toJson(platform));
    }
    putIfPresent(json, "artifactType", descriptor.artifactType());
    return json;
  }

  private static Map<String, Object> toJson(Platform platform) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("architecture", platform.architecture());
    json.put("os", platform.os());
    putIfPresent(json, "os.version", platform.osVersion());
    if (!platform.osFeatures().isEmpty()) {
      json.put("os.features", platform.osFeatures());
    }
    putIfPresent(json, "variant", platform.variant());
    return json;
  }

  private static Platform platform(Fields fields) {
    return new Platform(
        fields.text("os"),
        fields.text("architecture"),
        emptyToNull(fields.string("variant")),
        emptyToNull(fields.string("os.version")),
        fields.strings("os.features"));
  }

  static @Nullable String emptyToNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  static void putIfPresent(Map<String, Object> json, String name, @Nullable Object value) {
    if (value != null) {
      json.put(name, value);
    }
  }
}
