package io.lighter.cli.build;

import io.lighter.images.Descriptor;
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
      json.put("containerimage.config.digest", image.id().toString());
      json.put("containerimage.descriptor", described(image.manifest()));
      json.put("containerimage.digest", image.manifest().digest().toString());
    }
    Descriptor index = result.index();
    if (index != null) {
      json.put("containerimage.descriptor", described(index));
      json.put("containerimage.digest", index.digest().toString());
    }
    if (!names.isEmpty()) {
      json.put(
          "image.name", names.stream().map(Reference::toString).collect(Collectors.joining(",")));
    }
    return JsonWriter.indented(json) + "\n";
  }

  private static Map<String, Object> described(Descriptor document) {
    Map<String, Object> descriptor = new LinkedHashMap<>();
    descriptor.put("mediaType", document.mediaType());
    descriptor.put("digest", document.digest().toString());
    descriptor.put("size", document.size());
    return descriptor;
  }
}
