package io.lighter.cli.build;

import io.lighter.images.build.BuildResult;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.runtime.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code --metadata-file} has, under BuildKit's names. */
final class Metadata {
  private Metadata() {}

  static String text(BuildResult result, List<Reference> names) {
    Map<String, Object> json = new LinkedHashMap<>();
    ImageRecord image = result.image();
    if (image != null) {
      Map<String, Object> descriptor = new LinkedHashMap<>();
      descriptor.put("mediaType", image.manifest().mediaType());
      descriptor.put("digest", image.manifest().digest().toString());
      descriptor.put("size", image.manifest().size());
      json.put("containerimage.config.digest", image.id().toString());
      json.put("containerimage.descriptor", descriptor);
      json.put("containerimage.digest", image.manifest().digest().toString());
    }
    if (!names.isEmpty()) {
      json.put(
          "image.name", names.stream().map(Reference::toString).collect(Collectors.joining(",")));
    }
    return JsonWriter.indented(json) + "\n";
  }
}
