package io.lighter.images.manifest;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.json.Fields;
import io.lighter.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of an image; the digest of its bytes is the id of the image.
 *
 * @param created RFC 3339, or null
 * @param author or ""
 * @param platform that it runs on
 * @param config what its containers get
 * @param diffIds of the layers, the lowest first: digests of the uncompressed archives
 * @param history of the layers and of the steps between them, the oldest first
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md">OCI image
 *     configuration</a>
 */
public record ImageConfig(
    @Nullable String created,
    String author,
    Platform platform,
    ContainerConfig config,
    List<Digest> diffIds,
    List<History> history) {
  /** The most bytes of a configuration that are read. */
  public static final int MAX_BYTES = 8 << 20;

  /** Copies the lists. */
  public ImageConfig {
    diffIds = List.copyOf(diffIds);
    history = List.copyOf(history);
  }

  /**
   * Reads a configuration.
   *
   * @throws ImageException names the field that is wrong
   */
  public static ImageConfig read(byte[] utf8) {
    Fields fields = Fields.read("the image configuration", utf8);
    Fields config = fields.object("config");
    Fields layers = fields.object("rootfs");
    List<Digest> diffIds = new ArrayList<>();
    if (layers != null) {
      if (!layers.text("type").equals("layers")) {
        throw layers.error("type", "must be \"layers\", and is \"" + layers.text("type") + "\"");
      }
      layers.strings("diff_ids").forEach(text -> diffIds.add(Digest.parse(text)));
    }
    return new ImageConfig(
        fields.string("created"),
        fields.text("author"),
        new Platform(
            fields.text("os").isEmpty() ? "linux" : fields.text("os"),
            fields.text("architecture"),
            Descriptors.emptyToNull(fields.string("variant")),
            Descriptors.emptyToNull(fields.string("os.version")),
            fields.strings("os.features")),
        config == null ? ContainerConfig.EMPTY : ContainerConfig.read(config),
        diffIds,
        fields.objects("history", History::read));
  }

  /** Returns the bytes of a configuration that we make: the same bytes for equal ones. */
  public byte[] toBytes() {
    Map<String, Object> json = new LinkedHashMap<>();
    Descriptors.putIfPresent(json, "created", created);
    Descriptors.putIfPresent(json, "author", Descriptors.emptyToNull(author));
    json.put("architecture", platform.architecture());
    Descriptors.putIfPresent(json, "variant", platform.variant());
    json.put("os", platform.os());
    Descriptors.putIfPresent(json, "os.version", platform.osVersion());
    if (!platform.osFeatures().isEmpty()) {
      json.put("os.features", platform.osFeatures());
    }
    json.put("config", config.toJson());
    Map<String, Object> layers = new LinkedHashMap<>();
    layers.put("type", "layers");
    layers.put("diff_ids", diffIds.stream().map(Digest::toString).toList());
    json.put("rootfs", layers);
    if (!history.isEmpty()) {
      json.put("history", history.stream().map(History::toJson).toList());
    }
    return JsonWriter.compact(json).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Returns the names of the first {@code count} layers together, by which Docker calls what is
   * mounted: the diffID of the lowest, and from then on the digest of the last name and a diffID.
   *
   * @param count 1 to the number of layers
   * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md#layer-chainid">
   *     Layer ChainID</a>
   */
  public Digest chainId(int count) {
    Digest chain = diffIds.getFirst();
    for (Digest diffId : diffIds.subList(1, count)) {
      chain = Digest.of((chain + " " + diffId).getBytes(StandardCharsets.UTF_8));
    }
    return chain;
  }
}
