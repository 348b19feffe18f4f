package io.lighter.images.registry.server;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.registry.server.http.Refusal;
import io.lighter.images.registry.server.storage.MissingContentException;
import io.lighter.images.registry.server.storage.StoredManifest;
import io.lighter.images.registry.server.storage.StoredRepository;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /v2/NAME/manifests/TAG-OR-DIGEST}. */
final class ManifestEndpoint {
  /** What the specification has registries take at least. */
  static final int MAX_BYTES = 4 << 20;

  /** How often a manifest is looked for that is removed before it is read. */
  private static final int ATTEMPTS = 4;

  private static final byte[] NOTHING = new byte[0];

  private final @Nullable Mirror mirror;

  ManifestEndpoint(@Nullable Mirror mirror) {
    this.mirror = mirror;
  }

  void handle(Call call) throws IOException {
    switch (call.method()) {
      case "GET", "HEAD" -> get(call);
      case "PUT" -> put(call);
      case "DELETE" -> delete(call);
      default -> throw call.refused();
    }
  }

  private void get(Call call) throws IOException {
    StoredManifest manifest = current(call);
    boolean isHead = call.method().equals("HEAD");
    byte[] content = isHead ? NOTHING : call.repository().bytes(manifest);
    for (int attempt = 1; content == null && attempt < ATTEMPTS; attempt++) {
      // It was removed in this moment; a mirror fetches it anew.
      manifest = current(call);
      content = call.repository().bytes(manifest);
    }
    if (content == null) {
      throw unknown(call);
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", manifest.descriptor().mediaType());
    headers.put("Docker-Content-Digest", manifest.descriptor().digest().toString());
    headers.put("ETag", '"' + manifest.descriptor().digest().toString() + '"');
    if (isHead) {
      call.exchange().answerHead(headers, manifest.descriptor().size());
    } else {
      call.exchange().answer(200, headers, content);
    }
  }

  private StoredManifest current(Call call) throws IOException {
    StoredManifest manifest = mirror == null ? find(call) : mirror.manifest(call);
    if (manifest == null) {
      throw unknown(call);
    }
    return manifest;
  }

  static @Nullable StoredManifest find(Call call) throws IOException {
    StoredRepository repository = call.repository();
    Digest digest = call.isByDigest() ? call.digest() : repository.tag(call.tag());
    return digest == null ? null : repository.manifest(digest);
  }

  private static void put(Call call) throws IOException {
    String tag = call.isByDigest() ? null : call.tag();
    Digest named = tag == null ? call.digest() : null;
    byte[] bytes = call.exchange().body().readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new Refusal(
          413, "SIZE_INVALID", "a manifest must not be larger than " + MAX_BYTES + " bytes");
    }
    Digest digest =
        named == null
            ? Digest.of(bytes)
            : named.sameAlgorithm(named.newMessageDigest().digest(bytes));
    if (named != null && !named.equals(digest)) {
      throw new Refusal(400, "DIGEST_INVALID", "the manifest has the digest " + digest);
    }
    StoredManifest manifest;
    try {
      manifest =
          StoredManifest.of(call.exchange().header("Content-Type").orElse(null), digest, bytes);
    } catch (ImageException e) {
      throw new Refusal(400, "MANIFEST_INVALID", String.valueOf(e.getMessage()));
    }
    try {
      call.repository().put(manifest, bytes, tag, null);
    } catch (MissingContentException e) {
      throw new Refusal(404, "MANIFEST_BLOB_UNKNOWN", String.valueOf(e.getMessage()));
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Location", call.location("manifests/" + digest));
    headers.put("Docker-Content-Digest", digest.toString());
    Digest subject = manifest.subject();
    if (subject != null) {
      headers.put("OCI-Subject", subject.toString());
    }
    call.exchange().answer(201, headers);
  }

  private static void delete(Call call) throws IOException {
    boolean was =
        call.isByDigest()
            ? call.repository().removeManifest(call.digest())
            : call.repository().removeTag(call.tag());
    if (!was) {
      throw unknown(call);
    }
    call.exchange().answer(202, Map.of());
  }

  private static Refusal unknown(Call call) {
    return new Refusal(
        404,
        "MANIFEST_UNKNOWN",
        "there is no manifest %s in %s".formatted(call.rest(), call.repository().name()));
  }
}
