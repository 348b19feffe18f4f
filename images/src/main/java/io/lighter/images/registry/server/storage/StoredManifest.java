package io.lighter.images.registry.server.storage;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.json.Fields;
import io.lighter.images.manifest.Descriptors;
import io.lighter.images.manifest.ImageIndex;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.manifest.ManifestKind;
import io.lighter.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a repository knows of one of its manifests.
 *
 * @param descriptor of it, as a list of referrers has it: with its annotations and artifact type
 * @param blobs that it refers to: configuration and layers
 * @param manifests that it refers to, if it is an index
 * @param subject what it is about, or null
 */
public record StoredManifest(
    Descriptor descriptor, List<Digest> blobs, List<Digest> manifests, @Nullable Digest subject) {

  /** Copies the lists. */
  public StoredManifest {
    blobs = List.copyOf(blobs);
    manifests = List.copyOf(manifests);
  }

  /**
   * Reads a manifest or index that somebody sends.
   *
   * @param mediaType by which it came, or null
   * @param digest of it
   * @throws ImageException when it is none that is known, and says why
   */
  public static StoredManifest of(@Nullable String mediaType, Digest digest, byte[] bytes) {
    String type = ManifestKind.of(mediaType, bytes);
    if (MediaTypes.isIndex(type)) {
      ImageIndex index = ImageIndex.read(type, bytes);
      return new StoredManifest(
          describe(type, digest, bytes, index.annotations(), index.artifactType()),
          List.of(),
          index.manifests().stream().map(Descriptor::digest).toList(),
          digest(index.subject()));
    }
    ImageManifest manifest = ImageManifest.read(type, bytes);
    List<Digest> blobs = new ArrayList<>();
    blobs.add(manifest.config().digest());
    manifest.layers().stream()
        // What registries may not have is fetched from where it is.
        .filter(layer -> !MediaTypes.isForeignLayer(layer.mediaType()))
        .map(Descriptor::digest)
        .forEach(blobs::add);
    String artifact = manifest.artifactType();
    return new StoredManifest(
        describe(
            type,
            digest,
            bytes,
            manifest.annotations(),
            artifact == null ? manifest.config().mediaType() : artifact),
        blobs,
        List.of(),
        digest(manifest.subject()));
  }

  private static Descriptor describe(
      String type,
      Digest digest,
      byte[] bytes,
      Map<String, String> annotations,
      @Nullable String artifactType) {
    return new Descriptor(type, digest, bytes.length, annotations, List.of(), null, artifactType);
  }

  private static @Nullable Digest digest(@Nullable Descriptor subject) {
    return subject == null ? null : subject.digest();
  }

  byte[] toBytes() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("descriptor", Descriptors.toJson(descriptor));
    json.put("blobs", blobs.stream().map(Digest::toString).toList());
    json.put("manifests", manifests.stream().map(Digest::toString).toList());
    if (subject != null) {
      json.put("subject", subject.toString());
    }
    return JsonWriter.compact(json).getBytes(StandardCharsets.UTF_8);
  }

  static StoredManifest read(byte[] bytes) {
    Fields fields = Fields.read("the record of a manifest", bytes);
    String subject = fields.string("subject");
    return new StoredManifest(
        Descriptors.read(fields.requiredObject("descriptor")),
        fields.strings("blobs").stream().map(Digest::parse).toList(),
        fields.strings("manifests").stream().map(Digest::parse).toList(),
        subject == null ? null : Digest.parse(subject));
  }
}
