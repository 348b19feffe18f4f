package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.images.Descriptor;
import io.lighter.images.MediaTypes;
import io.lighter.images.Platform;
import io.lighter.images.build.Annotation.Level;
import io.lighter.images.manifest.ImageIndex;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The images of several platforms, and what attests them, in the store and kept by the lease of the
 * build; no record names them.
 *
 * @param index what lists them
 * @param manifests of the images and attestations
 * @param blobs that these name
 * @see <a
 *     href="https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md">Image
 *     attestation storage</a>
 */
record IndexExport(Descriptor index, List<Descriptor> manifests, List<Descriptor> blobs) {
  private static final String IN_TOTO = "application/vnd.in-toto+json";
  private static final Platform UNKNOWN = new Platform("unknown", "unknown", null, null, List.of());

  static IndexExport write(List<BuiltImage> images, List<Reference> names, ExportOptions options)
      throws IOException {
    List<Descriptor> manifests = new ArrayList<>();
    List<Descriptor> attestations = new ArrayList<>();
    List<Descriptor> blobs = new ArrayList<>();
    for (BuiltImage image : images) {
      ImageRecord record = new ImageExport(image, options).write();
      Platform platform = image.config().platform();
      manifests.add(
          record
              .manifest()
              .withPlatform(platform)
              .withAnnotations(
                  Annotation.of(options.annotations(), Level.MANIFEST_DESCRIPTOR, platform)));
      blobs.add(record.config());
      blobs.addAll(record.layers());
      Provenance provenance = image.provenance();
      if (provenance != null) {
        if (!options.ociTypes()) {
          throw new BuildException(
              "Docker's media types have no attestations; leave oci-mediatypes=true");
        }
        byte[] statement = provenance.statement(record.manifest(), names);
        attestations.add(attest(image, record.manifest(), statement, blobs));
      }
    }
    manifests.addAll(attestations);
    BuiltImage first = images.getFirst();
    String type = options.ociTypes() ? MediaTypes.OCI_INDEX : MediaTypes.DOCKER_LIST;
    byte[] document =
        new ImageIndex(
                type,
                manifests,
                Annotation.of(options.annotations(), Level.INDEX, null),
                null,
                null)
            .toBytes();
    first.store().blobs().put(first.lease(), document);
    return new IndexExport(
        Descriptor.of(type, document), manifests, blobs.stream().distinct().toList());
  }

  /** Writes the manifest that attests another one. */
  private static Descriptor attest(
      BuiltImage image, Descriptor manifest, byte[] statement, List<Descriptor> blobs)
      throws IOException {
    Descriptor layer =
        Descriptor.of(IN_TOTO, statement)
            .withAnnotations(Map.of("in-toto.io/predicate-type", Provenance.PREDICATE));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("architecture", "unknown");
    json.put("os", "unknown");
    json.put("config", Map.of());
    Map<String, Object> layers = new LinkedHashMap<>();
    layers.put("type", "layers");
    layers.put("diff_ids", List.of(layer.digest().toString()));
    json.put("rootfs", layers);
    byte[] config = JsonWriter.compact(json).getBytes(UTF_8);
    Descriptor about = Descriptor.of(MediaTypes.OCI_CONFIG, config);
    byte[] document = ImageManifest.of(MediaTypes.OCI_MANIFEST, about, List.of(layer)).toBytes();
    image.store().blobs().put(image.lease(), statement);
    image.store().blobs().put(image.lease(), config);
    image.store().blobs().put(image.lease(), document);
    blobs.add(about);
    blobs.add(layer);
    Map<String, String> reference = new LinkedHashMap<>();
    reference.put("vnd.docker.reference.digest", manifest.digest().toString());
    reference.put("vnd.docker.reference.type", "attestation-manifest");
    return Descriptor.of(MediaTypes.OCI_MANIFEST, document)
        .withPlatform(UNKNOWN)
        .withAnnotations(reference);
  }
}
