package io.lighter.images.registry.client;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.json.Fields;
import io.lighter.images.manifest.Descriptors;
import io.lighter.images.registry.RegistryException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A repository at a registry that is spoken to directly. */
final class HttpRepository implements RemoteRepository {
  /** What registries must take at least, and what all known ones refuse to exceed. */
  static final int MAX_MANIFEST = 4 << 20;

  private static final Map<String, String> ACCEPT =
      Map.of("Accept", String.join(", ", MediaTypes.MANIFESTS));

  private final RemoteRegistry registry;
  private final String path;
  private final Set<String> pull;
  private final Set<String> push;

  HttpRepository(RemoteRegistry registry, String path) {
    this.registry = registry;
    this.path = path;
    this.pull = Set.of("repository:" + path + ":pull");
    this.push = Set.of("repository:" + path + ":pull,push");
  }

  @Override
  public String name() {
    return registry.domain() + "/" + path;
  }

  private URI uri(String rest) {
    return registry.endpoint().uri(path + "/" + rest);
  }

  private String what(String selector) {
    return "the manifest " + name() + (selector.contains(":") ? "@" : ":") + selector;
  }

  @Override
  public RemoteManifest manifest(String selector) {
    Request request =
        new Request(what(selector), "GET", uri("manifests/" + selector), ACCEPT, pull);
    return registry
        .endpoint()
        .get(
            request,
            response -> {
              byte[] bytes;
              try {
                bytes = response.bytes(MAX_MANIFEST);
              } catch (Response.TooLargeException e) {
                throw Failures.corrupt(request, response, String.valueOf(e.getMessage()));
              }
              try {
                return RemoteManifests.read(selector, response, bytes);
              } catch (ImageException e) {
                throw Failures.corrupt(request, response, String.valueOf(e.getMessage()));
              }
            });
  }

  @Override
  public Optional<Descriptor> resolve(String selector) {
    Request request =
        new Request(what(selector), "HEAD", uri("manifests/" + selector), ACCEPT, pull);
    Optional<Descriptor> said =
        registry
            .endpoint()
            .call(
                request,
                response -> {
                  if (response.status() == 404) {
                    return Optional.empty();
                  }
                  if (!response.isSuccess()) {
                    throw Failures.of(request, response);
                  }
                  return RemoteManifests.described(selector, response)
                      // A registry need not say: then it is to be seen from the manifest itself.
                      .or(() -> Optional.of(manifest(selector).descriptor()));
                });
    return said;
  }

  @Override
  public InputStream blob(Descriptor blob, long offset) {
    Request request =
        new Request(
            "the blob " + blob.digest() + " of " + name(),
            "GET",
            uri("blobs/" + blob.digest()),
            Map.of(),
            pull);
    try {
      return new ResumingBlob(registry.endpoint(), request, blob, offset);
    } catch (RegistryException e) {
      if (!e.isNotFound() || blob.urls().isEmpty()) {
        throw e;
      }
      return foreign(request, blob, offset, e);
    }
  }

  private InputStream foreign(
      Request request, Descriptor blob, long offset, RegistryException first) {
    RegistryException failure = first;
    for (String url : blob.urls()) {
      URI uri = Endpoint.resolve(request.uri(), url);
      if (uri != null) {
        try {
          return new ResumingBlob(registry.endpoint(), request.at(uri), blob, offset);
        } catch (RegistryException e) {
          failure.addSuppressed(e);
        }
      }
    }
    throw failure;
  }

  @Override
  public OptionalLong size(Digest blob) {
    Request request =
        new Request(
            "the blob " + blob + " of " + name(), "HEAD", uri("blobs/" + blob), Map.of(), pull);
    return registry
        .endpoint()
        .call(
            request,
            response -> {
              if (response.status() != 404 && !response.isSuccess()) {
                throw Failures.of(request, response);
              }
              return response.isSuccess()
                  ? OptionalLong.of(response.length())
                  : OptionalLong.empty();
            });
  }

  @Override
  public boolean mount(Digest blob, String from) {
    return upload().mount(blob, from);
  }

  @Override
  public void upload(Descriptor blob, BlobSource source, LongConsumer progress, UploadNote note) {
    upload().send(blob, source, progress, note);
  }

  private BlobUpload upload() {
    return new BlobUpload(registry.endpoint(), this, path, push);
  }

  @Override
  public void put(String selector, RemoteManifest manifest) {
    Request request =
        new Request(
            what(selector),
            "PUT",
            uri("manifests/" + selector),
            Map.of("Content-Type", manifest.mediaType()),
            RequestBody.of(manifest.bytes()),
            push);
    boolean knowsSubject =
        registry
            .endpoint()
            .get(
                request,
                response -> {
                  String digest = response.header("Docker-Content-Digest").orElse("");
                  Digest stored = Digest.parseOrNull(digest);
                  if (stored != null
                      && stored.algorithm().equals(manifest.digest().algorithm())
                      && !stored.equals(manifest.digest())) {
                    throw Failures.corrupt(
                        request, response, "it stored " + stored + ", not " + manifest.digest());
                  }
                  return response.header("OCI-Subject").isPresent();
                });
    if (!knowsSubject) {
      new FallbackReferrers(this).add(manifest);
    }
  }

  @Override
  public List<String> tags() {
    return registry.pages(
        new Request(
            "the tags of " + name(),
            "GET",
            uri("tags/list?n=1000"),
            Map.of("Accept", "application/json"),
            pull),
        "tags");
  }

  @Override
  public List<Descriptor> referrers(Digest subject, @Nullable String artifactType) {
    String query =
        artifactType == null
            ? ""
            : "?artifactType=" + URLEncoder.encode(artifactType, StandardCharsets.UTF_8);
    Request request =
        new Request(
            "the referrers of " + name() + "@" + subject,
            "GET",
            uri("referrers/" + subject + query),
            Map.of("Accept", MediaTypes.OCI_INDEX),
            pull);
    List<Descriptor> all = new ArrayList<>();
    try {
      new Pages(registry.endpoint())
          .read(
              request,
              (response, body) ->
                  all.addAll(
                      Fields.read(request.what(), body).objects("manifests", Descriptors::read)));
    } catch (RegistryException e) {
      if (!e.isNotFound() || !all.isEmpty()) {
        throw e;
      }
      all.addAll(new FallbackReferrers(this).list(subject));
    }
    // A registry may leave it to us to pick.
    all.removeIf(one -> artifactType != null && !artifactType.equals(one.artifactType()));
    return List.copyOf(all);
  }

  @Override
  public void delete(String selector) {
    delete(what(selector), "manifests/" + selector);
  }

  @Override
  public void deleteBlob(Digest blob) {
    delete("the blob " + blob + " of " + name(), "blobs/" + blob);
  }

  private void delete(String what, String rest) {
    Request request =
        new Request(
            what, "DELETE", uri(rest), Map.of(), Set.of("repository:" + path + ":delete,pull"));
    registry.endpoint().get(request, Response::status);
  }
}
