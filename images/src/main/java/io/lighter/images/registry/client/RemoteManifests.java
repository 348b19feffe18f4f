package io.lighter.images.registry.client;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.manifest.ManifestKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes answers into manifests, and believes nothing that can be checked. */
final class RemoteManifests {
  private RemoteManifests() {}

  /**
   * Checks what came.
   *
   * @param selector by which it was asked for
   * @throws ImageException when it is something else
   */
  static RemoteManifest read(String selector, Response response, byte[] bytes) {
    Digest asked = Digest.parseOrNull(selector);
    Digest said = said(response);
    if (asked != null && said != null && disagree(asked, said)) {
      throw new ImageException("asked for " + asked + ", it calls it " + said);
    }
    Digest digest = asked != null ? asked : said != null ? said : Digest.of(bytes);
    String type = type(response);
    if (type != null && type.startsWith("text/")) {
      throw new ImageException("a page of type " + type + ", which is no manifest");
    }
    boolean named = type != null && isManifestType(type);
    return new RemoteManifest(
        named && type != null ? type : ManifestKind.of(null, bytes), digest, bytes);
  }

  /** What the head of an answer says; empty when it says too little. */
  static Optional<Descriptor> described(String selector, Response response) {
    Digest asked = Digest.parseOrNull(selector);
    Digest digest = asked != null ? asked : said(response);
    String type = type(response);
    if (digest == null || type == null || !isManifestType(type) || response.length() < 0) {
      return Optional.empty();
    }
    return Optional.of(new Descriptor(type, digest, response.length()));
  }

  private static boolean disagree(Digest one, Digest other) {
    return one.algorithm().equals(other.algorithm()) && !one.equals(other);
  }

  private static @Nullable Digest said(Response response) {
    return response.header("Docker-Content-Digest").map(Digest::parseOrNull).orElse(null);
  }

  private static @Nullable String type(Response response) {
    return response
        .header("Content-Type")
        .map(text -> text.replaceFirst(";.*", "").strip())
        .filter(text -> !text.isEmpty())
        .orElse(null);
  }

  private static boolean isManifestType(String type) {
    return MediaTypes.MANIFESTS.contains(type)
        || type.equals(MediaTypes.DOCKER_SCHEMA_1)
        || type.equals(MediaTypes.DOCKER_SCHEMA_1_SIGNED);
  }
}
