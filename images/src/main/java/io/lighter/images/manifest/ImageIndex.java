package io.lighter.images.manifest;

import io.lighter.images.Descriptor;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.Platform;
import io.lighter.images.json.Fields;
import io.lighter.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A list of manifests: one image for several platforms, or all images of a layout.
 *
 * @param mediaType one of {@link MediaTypes#isIndex}
 * @param manifests in order of preference
 * @param annotations mostly empty
 * @param subject what it is about, for a referrer; or null
 * @param artifactType of an artifact, or null
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">OCI image
 *     index</a>
 */
public record ImageIndex(
    String mediaType,
    List<Descriptor> manifests,
    Map<String, String> annotations,
    @Nullable Descriptor subject,
    @Nullable String artifactType) {

  /** Copies the collections. */
  public ImageIndex {
    manifests = List.copyOf(manifests);
    annotations = Map.copyOf(annotations);
  }

  /** An OCI index without annotations. */
  public static ImageIndex of(List<Descriptor> manifests) {
    return new ImageIndex(MediaTypes.OCI_INDEX, manifests, Map.of(), null, null);
  }

  /**
   * Reads an index.
   *
   * @param mediaType by which it came, or null when that is not known
   * @throws ImageException when it is none, and says why
   */
  public static ImageIndex read(@Nullable String mediaType, byte[] utf8) {
    Fields fields = Fields.read("the index", utf8);
    String type = ManifestKind.of(mediaType, fields);
    if (!MediaTypes.isIndex(type)) {
      throw new ImageException("the index is a manifest of type " + type);
    }
    if (fields.has("layers") || fields.has("config")) {
      // Two readers could see two images in it: CVE-2021-41190.
      throw fields.error("layers, config", "must not be in an index");
    }
    Fields subject = fields.object("subject");
    return new ImageIndex(
        type,
        fields.objects("manifests", Descriptors::read),
        fields.stringMap("annotations"),
        subject == null ? null : Descriptors.read(subject),
        fields.string("artifactType"));
  }

  /**
   * Returns the manifest that suits a platform best, the first of equals.
   *
   * @throws ImageException when none does, and lists what there is
   */
  public Descriptor choose(Platform wanted) {
    Descriptor best = null;
    int most = 0;
    for (Descriptor manifest : manifests) {
      Platform platform = manifest.platform();
      int suits = platform == null ? 0 : wanted.suitability(platform);
      if (suits > most) {
        best = manifest;
        most = suits;
      }
    }
    if (best == null && manifests.size() == 1 && manifests.getFirst().platform() == null) {
      // There is no choice; its configuration will say what it runs on.
      return manifests.getFirst();
    }
    if (best == null) {
      throw new ImageException(
          "no matching manifest for %s in the manifest list entries; there are %s"
              .formatted(wanted, platforms()));
    }
    return best;
  }

  private List<String> platforms() {
    return manifests.stream()
        .map(Descriptor::platform)
        .map(platform -> platform == null ? "one without a platform" : platform.toString())
        .filter(text -> !text.startsWith("unknown/"))
        .toList();
  }

  /** Returns the bytes of an index that we make: the same bytes for equal indexes. */
  public byte[] toBytes() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schemaVersion", 2L);
    json.put("mediaType", mediaType);
    Descriptors.putIfPresent(json, "artifactType", artifactType);
    json.put("manifests", manifests.stream().map(Descriptors::toJson).toList());
    if (subject != null) {
      json.put("subject", Descriptors.toJson(subject));
    }
    if (!annotations.isEmpty()) {
      json.put("annotations", new TreeMap<>(annotations));
    }
    return JsonWriter.compact(json).getBytes(StandardCharsets.UTF_8);
  }
}
