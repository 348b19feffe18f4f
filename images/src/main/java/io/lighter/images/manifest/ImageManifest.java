package io.lighter.images.manifest;

import io.lighter.images.Descriptor;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.json.Fields;
import io.lighter.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The manifest of one image or artifact.
 *
 * @param mediaType one of {@link MediaTypes#isManifest}
 * @param config the configuration
 * @param layers the lowest first
 * @param annotations mostly empty
 * @param subject what it is about, for a referrer; or null
 * @param artifactType for an artifact, or null
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/manifest.md">OCI image
 *     manifest</a>
 */
public record ImageManifest(
    String mediaType,
    Descriptor config,
    List<Descriptor> layers,
    Map<String, String> annotations,
    @Nullable Descriptor subject,
    @Nullable String artifactType) {
  /** More layers than overlayfs mounts are no image for us; a manifest of millions is an attack. */
  public static final int MAX_LAYERS = 500;

  /** The most bytes of a manifest that registries take, by the distribution specification. */
  public static final int MAX_BYTES = 4 << 20;

  /** Copies the collections. */
  public ImageManifest {
    layers = List.copyOf(layers);
    annotations = Map.copyOf(annotations);
  }

  /** The manifest of an image of ours. */
  public static ImageManifest of(String mediaType, Descriptor config, List<Descriptor> layers) {
    return new ImageManifest(mediaType, config, layers, Map.of(), null, null);
  }

  /**
   * Reads a manifest.
   *
   * @param mediaType by which it came, or null when that is not known
   * @throws ImageException when it is none, and says why
   */
  public static ImageManifest read(@Nullable String mediaType, byte[] utf8) {
    Fields fields = Fields.read("the manifest", utf8);
    String type = ManifestKind.of(mediaType, fields);
    if (!MediaTypes.isManifest(type)) {
      throw new ImageException("the manifest is an index of type " + type);
    }
    if (fields.has("manifests")) {
      // Two readers could see two images in it: CVE-2021-41190.
      throw fields.error("manifests", "must not be in the manifest of one image");
    }
    Fields subject = fields.object("subject");
    ImageManifest manifest =
        new ImageManifest(
            type,
            Descriptors.read(fields.requiredObject("config")),
            fields.objects("layers", Descriptors::read),
            fields.stringMap("annotations"),
            subject == null ? null : Descriptors.read(subject),
            fields.string("artifactType"));
    if (manifest.layers.size() > MAX_LAYERS) {
      throw fields.error(
          "layers", "are %d, more than %d".formatted(manifest.layers.size(), MAX_LAYERS));
    }
    return manifest;
  }

  /** Whether it is an image that containers are made of, and not another artifact. */
  public boolean isImage() {
    return MediaTypes.isConfig(config.mediaType());
  }

  /** Returns the bytes of a manifest that we make: the same bytes for equal manifests. */
  public byte[] toBytes() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schemaVersion", 2L);
    json.put("mediaType", mediaType);
    Descriptors.putIfPresent(json, "artifactType", artifactType);
    json.put("config", Descriptors.toJson(config));
    json.put("layers", layers.stream().map(Descriptors::toJson).toList());
    if (subject != null) {
      json.put("subject", Descriptors.toJson(subject));
    }
    if (!annotations.isEmpty()) {
      json.put("annotations", new TreeMap<>(annotations));
    }
    return JsonWriter.compact(json).getBytes(StandardCharsets.UTF_8);
  }
}
