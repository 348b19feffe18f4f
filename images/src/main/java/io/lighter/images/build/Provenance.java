package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.images.Descriptor;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.dockerfile.Dockerfile;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.runtime.json.JsonWriter;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * How an image was built, as a statement of in-toto with SLSA's provenance, in the fields that
 * BuildKit has.
 *
 * @param options what is told
 * @param request what was asked for
 * @param dockerfile that was built
 * @param images that were built upon, by their package URLs
 * @param begun when
 * @see <a href="https://slsa.dev/spec/v1.1/provenance">SLSA provenance</a>
 */
record Provenance(
    ProvenanceOptions options,
    BuildRequest request,
    Dockerfile dockerfile,
    Map<String, ImageRecord> images,
    Instant begun) {
  static final String PREDICATE = "https://slsa.dev/provenance/v1";
  private static final String STATEMENT = "https://in-toto.io/Statement/v1";

  /** Whoever reads it knows by this what the fields mean: docs/build.md. */
  private static final String BUILD_TYPE = "urn:io.lighter:build:v1";

  /**
   * Returns the statement.
   *
   * @param manifest of the image
   * @param names of the image
   */
  byte[] statement(Descriptor manifest, List<Reference> names) {
    List<Object> subjects = new ArrayList<>();
    Map<String, Object> digest = Map.of(manifest.digest().algorithm(), manifest.digest().hex());
    for (Reference name : names) {
      subjects.add(ordered("name", packageUrl(name, request.platform()), "digest", digest));
    }
    if (names.isEmpty()) {
      subjects.add(ordered("name", "_", "digest", digest));
    }
    Map<String, Object> json =
        ordered(
            "_type", STATEMENT,
            "predicateType", PREDICATE,
            "subject", subjects,
            "predicate", ordered("buildDefinition", definition(), "runDetails", details()));
    return JsonWriter.indented(json).getBytes(UTF_8);
  }

  private Map<String, Object> definition() {
    Map<String, Object> source = ordered("path", dockerfile.source().name());
    switch (request.context()) {
      case BuildContext.Git git -> source.put("uri", GitSource.withoutPassword(git.address()));
      case BuildContext.Web web -> source.put("uri", GitSource.withoutPassword(web.url()));
      default -> {
        // A folder of this machine means nothing elsewhere.
      }
    }
    Map<String, Object> asked = ordered("frontend", "dockerfile.v0", "args", arguments());
    asked.put("locals", List.of(Map.of("name", "context"), Map.of("name", "dockerfile")));
    if (options.all()) {
      asked.put(
          "secrets",
          request.secrets().keySet().stream().sorted().map(id -> Map.of("id", id)).toList());
      asked.put(
          "ssh",
          request.sshSockets().keySet().stream().sorted().map(id -> Map.of("id", id)).toList());
    }
    return ordered(
        "buildType", BUILD_TYPE,
        "externalParameters", ordered("configSource", source, "request", asked),
        "internalParameters", Map.of("builderPlatform", Platform.local().toString()),
        "resolvedDependencies", dependencies());
  }

  private Map<String, Object> arguments() {
    Map<String, Object> all = new TreeMap<>();
    if (request.target() != null) {
      all.put("target", request.target());
    }
    if (request.noCache()) {
      all.put("no-cache", "");
    }
    if (options.all()) {
      request
          .args()
          .forEach(
              (name, value) -> {
                if (value != null) {
                  all.put("build-arg:" + name, value);
                }
              });
      request.labels().forEach((name, value) -> all.put("label:" + name, value));
    }
    return all;
  }

  private List<Object> dependencies() {
    List<Object> all = new ArrayList<>();
    new TreeMap<>(images)
        .forEach(
            (name, image) ->
                all.add(
                    ordered(
                        "uri",
                        name,
                        "digest",
                        Map.of(
                            image.manifest().digest().algorithm(),
                            image.manifest().digest().hex()))));
    return all;
  }

  private Map<String, Object> details() {
    Map<String, Object> metadata =
        ordered(
            "invocationId", UUID.randomUUID().toString(),
            "startedOn", begun.toString(),
            "finishedOn", Instant.now().toString(),
            "buildkit_reproducible", options.reproducible());
    metadata.put(
        "buildkit_completeness", ordered("request", options.all(), "resolvedDependencies", false));
    if (options.all()) {
      String text = String.join("\n", dockerfile.source().lines()) + "\n";
      Object info =
          ordered(
              "filename", dockerfile.source().name(),
              "data", Base64.getEncoder().encodeToString(text.getBytes(UTF_8)));
      metadata.put("buildkit_metadata", Map.of("source", Map.of("infos", List.of(info))));
    }
    return ordered("builder", Map.of("id", options.builderId()), "metadata", metadata);
  }

  /** Returns the name of an image as package URLs have it. */
  static String packageUrl(Reference name, Platform platform) {
    String version = name.digest() == null ? name.selector() : name.digest().toString();
    return "pkg:docker/%s@%s?platform=%s"
        .formatted(name.familiarName(), version, URLEncoder.encode(platform.toString(), UTF_8));
  }

  /** Returns the same of an image that a Dockerfile names, by a name or an id. */
  static String packageUrl(String name, Platform platform) {
    try {
      return packageUrl(Reference.parse(name), platform);
    } catch (ImageException e) {
      return "pkg:oci/image@" + name;
    }
  }

  private static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      all.put(String.valueOf(pairs[i]), pairs[i + 1]);
    }
    return all;
  }
}
