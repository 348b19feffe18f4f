package io.lighter.images.store;

import io.lighter.images.Digest;
import io.lighter.images.json.Fields;
import io.lighter.images.manifest.Descriptors;
import io.lighter.images.reference.Reference;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All names of images, in one file that is replaced as a whole. Not thread-safe. */
final class References {
  private final StoreFolder store;
  private final Map<String, NamedImage> names = new TreeMap<>();

  private References(StoreFolder store) {
    this.store = store;
  }

  static References read(StoreFolder store) throws IOException {
    References references = new References(store);
    byte[] content;
    try {
      content = Files.readAllBytes(store.references());
    } catch (NoSuchFileException e) {
      return references;
    }
    Fields fields = Fields.read("the names of images in " + store.references(), content);
    for (String name : fields.names()) {
      Fields target = fields.requiredObject(name);
      references.put(
          new NamedImage(
              Reference.parse(name),
              Digest.parse(target.requiredString("id")),
              Descriptors.read(target.requiredObject("manifest"))));
    }
    return references;
  }

  Collection<NamedImage> all() {
    return names.values();
  }

  @Nullable NamedImage get(Reference name) {
    return names.get(name.toString());
  }

  void put(NamedImage image) {
    names.put(image.name().toString(), image);
  }

  boolean remove(Reference name) {
    return names.remove(name.toString()) != null;
  }

  /** Writes them; the caller has the lock of the store alone, since before they were read. */
  void write() throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    for (Map.Entry<String, NamedImage> entry : names.entrySet()) {
      Map<String, Object> target = new LinkedHashMap<>();
      target.put("id", entry.getValue().id().toString());
      target.put("manifest", Descriptors.toJson(entry.getValue().manifest()));
      json.put(entry.getKey(), target);
    }
    byte[] content = JsonWriter.indented(json).getBytes(StandardCharsets.UTF_8);
    DurableFile.replace(store, store.references(), content);
  }
}
