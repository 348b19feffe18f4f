package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The cache of a build in the image itself, so that it goes with it to other machines: a label with
 * the key of each layer. It is written when the build argument {@code BUILDKIT_INLINE_CACHE} is 1,
 * and read from the images of {@code --cache-from}.
 */
final class InlineCache {
  static final String ARGUMENT = "BUILDKIT_INLINE_CACHE";
  static final String LABEL = "io.lighter.build.cache";

  private InlineCache() {}

  /** Returns the label, none when it was not asked for. */
  static Map<String, String> label(BuildRequest request, BuildCache cache, List<Digest> layers) {
    if (!"1".equals(request.args().get(ARGUMENT))) {
      return Map.of();
    }
    StringJoiner text = new StringJoiner(" ");
    for (Digest layer : layers) {
      Digest key = cache.keyOf(layer);
      if (key != null) {
        text.add(layer.hex() + "=" + key.hex());
      }
    }
    return Map.of(LABEL, text.toString());
  }

  /**
   * Takes over what an image knows, for this build.
   *
   * @return false when it knows nothing
   */
  static boolean read(ImageRecord image, ImageStore store, BuildCache cache) throws IOException {
    ImageConfig config = store.config(image);
    String label = config.config().labels().get(LABEL);
    if (label == null) {
      return false;
    }
    keys(label, config)
        .forEach(
            (layer, key) ->
                cache.add(key, layer, image.layers().get(config.diffIds().indexOf(layer))));
    return true;
  }

  /** What the label says of layers that the image has. */
  private static Map<Digest, Digest> keys(String label, ImageConfig config) {
    Map<Digest, Digest> keys = new LinkedHashMap<>();
    for (String pair : label.split(" ", -1)) {
      int equals = pair.indexOf('=');
      Digest layer = digest(pair.substring(0, Math.max(0, equals)));
      Digest key = digest(pair.substring(equals + 1));
      if (layer != null && key != null && config.diffIds().contains(layer)) {
        keys.put(layer, key);
      }
    }
    return keys;
  }

  private static @Nullable Digest digest(String hex) {
    return Digest.parseOrNull("sha256:" + hex);
  }
}
