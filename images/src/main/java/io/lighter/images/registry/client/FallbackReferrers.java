package io.lighter.images.registry.client;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.json.Fields;
import io.lighter.images.manifest.Descriptors;
import io.lighter.images.manifest.ImageIndex;
import io.lighter.images.registry.RegistryException;
import java.util.ArrayList;
import java.util.List;

/**
 * Referrers at a registry that does not keep account of them: an index under a tag that is made of
 * the subject's digest.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#referrers-tag-schema">Referrers
 *     tag schema</a>
 */
final class FallbackReferrers {
  private static final int MAX_TAG_HEX = 64;

  private final RemoteRepository repository;

  FallbackReferrers(RemoteRepository repository) {
    this.repository = repository;
  }

  private static String tag(Digest subject) {
    String hex = subject.hex();
    return subject.algorithm() + "-" + hex.substring(0, Math.min(hex.length(), MAX_TAG_HEX));
  }

  List<Descriptor> list(Digest subject) {
    try {
      RemoteManifest index = repository.manifest(tag(subject));
      return ImageIndex.read(index.mediaType(), index.bytes()).manifests();
    } catch (RegistryException e) {
      if (e.isNotFound()) {
        return List.of();
      }
      throw e;
    }
  }

  /** Adds a manifest that was stored to the list of its subject, if it has one. */
  void add(RemoteManifest manifest) {
    Fields fields;
    try {
      fields = Fields.read("the manifest", manifest.bytes());
    } catch (ImageException e) {
      return; // The registry took it; what it is is not known here.
    }
    Fields subject = fields.object("subject");
    if (subject == null) {
      return;
    }
    Digest digest = Descriptors.read(subject).digest();
    List<Descriptor> all = new ArrayList<>(list(digest));
    if (all.stream().anyMatch(one -> one.digest().equals(manifest.digest()))) {
      return;
    }
    Fields config = fields.object("config");
    String type = fields.text("artifactType");
    all.add(
        new Descriptor(
            manifest.mediaType(),
            manifest.digest(),
            manifest.bytes().length,
            fields.stringMap("annotations"),
            List.of(),
            null,
            type.isEmpty() && config != null ? config.text("mediaType") : type));
    repository.put(
        tag(digest), RemoteManifest.of(MediaTypes.OCI_INDEX, ImageIndex.of(all).toBytes()));
  }
}
