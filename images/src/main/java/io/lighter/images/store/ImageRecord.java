package io.lighter.images.store;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.json.Fields;
import io.lighter.images.manifest.Descriptors;
import io.lighter.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the store knows of an image; all that it names is in the store.
 *
 * @param manifest the document
 * @param config the configuration, whose digest is the id
 * @param layers the archives, compressed as they came, the lowest first
 * @param diffIds the unpacked layers, in the same order
 * @param size of all files in all layers, in bytes
 * @param parent the image that this one was built upon, or null
 * @param stored when it came into the store
 * @param lastTagged when it last got a name, or null
 */
public record ImageRecord(
    Descriptor manifest,
    Descriptor config,
    List<Descriptor> layers,
    List<Digest> diffIds,
    long size,
    @Nullable Digest parent,
    Instant stored,
    @Nullable Instant lastTagged) {

  /** Copies the lists. */
  public ImageRecord {
    layers = List.copyOf(layers);
    diffIds = List.copyOf(diffIds);
  }

  /** The id of the image. */
  public Digest id() {
    return config.digest();
  }

  /** The same once it got a name. */
  ImageRecord taggedAt(Instant time) {
    return new ImageRecord(manifest, config, layers, diffIds, size, parent, stored, time);
  }

  /** The same image in other archives. */
  public ImageRecord withManifest(Descriptor document, List<Descriptor> archives) {
    return new ImageRecord(document, config, archives, diffIds, size, parent, stored, lastTagged);
  }

  void mark(Marked marked) {
    marked.blob(manifest.digest());
    marked.blob(config.digest());
    layers.forEach(layer -> marked.blob(layer.digest()));
    diffIds.forEach(marked::layer);
  }

  static ImageRecord read(byte[] utf8) {
    Fields fields = Fields.read("a record of the image store", utf8);
    List<Digest> diffIds = new ArrayList<>();
    fields.strings("diffIds").forEach(text -> diffIds.add(Digest.parse(text)));
    String parent = fields.string("parent");
    String tagged = fields.string("lastTagged");
    return new ImageRecord(
        Descriptors.read(fields.requiredObject("manifest")),
        Descriptors.read(fields.requiredObject("config")),
        fields.objects("layers", Descriptors::read),
        diffIds,
        fields.requiredNumber("size"),
        parent == null ? null : Digest.parse(parent),
        Instant.parse(fields.requiredString("stored")),
        tagged == null ? null : Instant.parse(tagged));
  }

  byte[] toBytes() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("manifest", Descriptors.toJson(manifest));
    json.put("config", Descriptors.toJson(config));
    json.put("layers", layers.stream().map(Descriptors::toJson).toList());
    json.put("diffIds", diffIds.stream().map(Digest::toString).toList());
    json.put("size", size);
    if (parent != null) {
      json.put("parent", parent.toString());
    }
    json.put("stored", stored.toString());
    if (lastTagged != null) {
      json.put("lastTagged", lastTagged.toString());
    }
    return JsonWriter.indented(json).getBytes(StandardCharsets.UTF_8);
  }
}
