package io.lighter.images.build;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.json.Fields;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A cache outside of a store: an OCI manifest whose layers are those of steps, and whose
 * configuration says which key each is the result of.
 *
 * @param results by their keys
 */
record CacheDocument(Map<Digest, Result> results) {
  /** The type of the configuration. */
  static final String TYPE = "application/vnd.lighter.build.cache.v1+json";

  /** The most bytes of a configuration that are read. */
  static final int MAX_BYTES = 8 << 20;

  /**
   * A layer.
   *
   * @param diffId of its archive, uncompressed
   * @param blob the archive
   */
  record Result(Digest diffId, Descriptor blob) {}

  CacheDocument {
    results = Map.copyOf(results);
  }

  /**
   * Reads a cache.
   *
   * @throws ImageException when it is none, or contradicts itself
   */
  static CacheDocument read(ImageManifest manifest, byte[] config) {
    Map<Digest, Descriptor> layers = new HashMap<>();
    for (Descriptor layer : manifest.layers()) {
      String type = layer.mediaType();
      if (!MediaTypes.isLayer(type) || MediaTypes.isForeignLayer(type) || !layer.urls().isEmpty()) {
        throw new ImageException(
            "the cache has the layer %s of the type \"%s\", which caches have not"
                .formatted(layer.digest(), type));
      }
      layers.put(layer.digest(), layer);
    }
    Fields fields = Fields.read("the cache", config);
    Map<Digest, Result> results = new LinkedHashMap<>();
    fields.objects(
        "results",
        result -> {
          Digest blob = Digest.parse(result.requiredString("blob"));
          Descriptor layer = layers.get(blob);
          if (layer == null) {
            throw result.error("blob", "is " + blob + ", which is no layer of the manifest");
          }
          Digest diffId = Digest.parse(result.requiredString("diffId"));
          return results.put(Digest.parse(result.requiredString("key")), new Result(diffId, layer));
        });
    return new CacheDocument(results);
  }

  /** Returns the configuration: the same bytes for equal caches. */
  byte[] config() {
    List<Object> all = new ArrayList<>();
    results.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry -> {
              Map<String, Object> json = new LinkedHashMap<>();
              json.put("key", entry.getKey().toString());
              json.put("diffId", entry.getValue().diffId().toString());
              json.put("blob", entry.getValue().blob().digest().toString());
              all.add(json);
            });
    return JsonWriter.compact(Map.of("results", all)).getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the manifest. */
  ImageManifest manifest() {
    List<Descriptor> layers =
        results.values().stream()
            .map(Result::blob)
            .distinct()
            .sorted((a, b) -> a.digest().compareTo(b.digest()))
            .toList();
    if (layers.size() > ImageManifest.MAX_LAYERS) {
      throw new BuildException(
          "the cache has %d layers, more than %d; use mode=min"
              .formatted(layers.size(), ImageManifest.MAX_LAYERS));
    }
    return ImageManifest.of(MediaTypes.OCI_MANIFEST, Descriptor.of(TYPE, config()), layers);
  }
}
