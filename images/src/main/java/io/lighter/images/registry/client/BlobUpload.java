package io.lighter.images.registry.client;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends blobs: small ones in one request, others in one chunk after the upload was begun, which
 * goes on where the registry says it stands when it breaks; in smaller chunks when something on the
 * way refuses large ones.
 */
final class BlobUpload {
  /** Below this, to begin again is as cheap as to ask how far it came. */
  private static final long SMALL = 256 * 1024;

  /** What proxies that limit the size of requests mostly let pass. */
  private static final long REDUCED_CHUNK = 32L << 20;

  private static final Map<String, String> OCTETS =
      Map.of("Content-Type", "application/octet-stream");
  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-(\\d+)");

  private final Endpoint endpoint;
  private final RemoteRepository repository;
  private final String path;
  private final Set<String> scopes;
  private long chunk = Long.MAX_VALUE;

  BlobUpload(Endpoint endpoint, RemoteRepository repository, String path, Set<String> scopes) {
    this.endpoint = endpoint;
    this.repository = repository;
    this.path = path;
    this.scopes = scopes;
  }

  boolean mount(Digest blob, String from) {
    Set<String> both = new TreeSet<>(scopes);
    both.add("repository:" + from + ":pull");
    Request request =
        new Request(
            "the mount of the blob " + blob + " from " + from + " into " + repository.name(),
            "POST",
            endpoint.uri(path + "/blobs/uploads/?mount=" + blob + "&from=" + from),
            Map.of(),
            both);
    Optional<URI> begun =
        endpoint.get(
            request,
            response ->
                response.status() == 201
                    ? Optional.empty()
                    : Optional.of(location(request, response)));
    // The registry took it for the start of an upload; that one is not wanted.
    begun.ifPresent(this::cancel);
    return begun.isEmpty();
  }

  void send(Descriptor blob, BlobSource source, LongConsumer progress) {
    String what = "the upload of the blob " + blob.digest() + " to " + repository.name();
    Attempts attempts = new Attempts(endpoint.retries());
    URI session = null;
    while (true) {
      try {
        if (session == null) {
          session = begin(what);
        }
        finish(new Transfer(what, blob, source, progress), session, attempts);
        progress.accept(blob.size());
        return;
      } catch (SourceException e) {
        cancel(session);
        throw new RegistryException(Kind.REFUSED, what + ": cannot be read: " + e.reason(), e);
      } catch (IOException e) {
        attempts.failed(what, e);
        if (repository.has(blob.digest())) {
          progress.accept(blob.size());
          return; // Only its answer was lost.
        }
      } catch (LostSessionException e) {
        session = null;
        attempts.failed(what, new IOException("the registry has forgotten the upload", e));
      } catch (RegistryException e) {
        cancel(session);
        throw e;
      }
    }
  }

  private record Transfer(String what, Descriptor blob, BlobSource source, LongConsumer progress) {}

  private URI begin(String what) {
    Request request =
        new Request(what, "POST", endpoint.uri(path + "/blobs/uploads/"), Map.of(), scopes);
    return endpoint.get(request, response -> location(request, response));
  }

  private void finish(Transfer transfer, URI begun, Attempts attempts) throws IOException {
    long size = transfer.blob.size();
    URI session = begun;
    long position = size <= SMALL ? 0 : position(transfer.what, session);
    while (size > SMALL && position < size) {
      transfer.progress.accept(position);
      long length = Math.min(chunk, size - position);
      RequestBody body = RequestBody.of(transfer.source, position, length, transfer.progress);
      Request patch =
          new Request(
              transfer.what,
              "PATCH",
              session,
              Map.of(
                  "Content-Type",
                  "application/octet-stream",
                  "Content-Range",
                  position + "-" + (position + length - 1)),
              body,
              scopes);
      try (Response response = once(patch)) {
        if (response.status() == 413 && chunk > REDUCED_CHUNK) {
          chunk = REDUCED_CHUNK;
          continue;
        }
        if (response.status() == 416) {
          throw new IOException("the registry stands elsewhere than at " + position);
        }
        session = location(patch, accepted(patch, response));
        position += length;
        attempts.succeeded();
      }
    }
    boolean whole = size <= SMALL;
    RequestBody body =
        whole ? RequestBody.of(transfer.source, 0, size, transfer.progress) : RequestBody.NONE;
    String separator = session.getRawQuery() == null ? "?" : "&";
    URI last = URI.create(session + separator + "digest=" + transfer.blob.digest());
    Request put = new Request(transfer.what, "PUT", last, OCTETS, body, scopes);
    try (Response response = once(put)) {
      accepted(put, response);
    }
  }

  private Response once(Request request) throws IOException {
    try {
      return endpoint.once(request);
    } catch (IOException e) {
      IOException content = request.body().failure();
      if (content != null) {
        throw new SourceException(content);
      }
      throw e;
    }
  }

  private static Response accepted(Request request, Response response) {
    if (response.status() == 404) {
      throw new LostSessionException();
    }
    if (!response.isSuccess()) {
      throw Failures.of(request, response);
    }
    return response;
  }

  /** Where the registry stands. A new upload stands at 0, without being asked. */
  private long position(String what, URI session) throws IOException {
    Request request = new Request(what, "GET", session, Map.of(), scopes);
    try (Response response = endpoint.once(request)) {
      accepted(request, response);
      Matcher range = RANGE.matcher(response.header("Range").orElse(""));
      // "0-0" is what registries say of none and of one byte; the first is meant, mostly.
      long last = range.matches() ? Long.parseLong(range.group(1)) : 0;
      return last == 0 ? 0 : last + 1;
    }
  }

  private static URI location(Request request, Response response) {
    String location = response.header("Location").orElse("");
    URI uri = Endpoint.resolve(response.uri(), location);
    if (uri == null) {
      throw Failures.corrupt(
          request, response, "no place for the upload: \"" + Failures.shown(location) + "\"");
    }
    return uri;
  }

  /** So that the registry does not keep what nobody will finish. It may not know how to. */
  private void cancel(@Nullable URI session) {
    if (session == null) {
      return;
    }
    Request request = new Request("the end of an upload", "DELETE", session, Map.of(), scopes);
    try (Response response = endpoint.once(request)) {
      response.status();
    } catch (IOException | RegistryException e) {
      // It collects them itself, some day.
    }
  }

  /** The registry does not know the upload any more. */
  private static final class LostSessionException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** What is to be sent cannot be read. */
  private static final class SourceException extends IOException {
    private static final long serialVersionUID = 1;

    SourceException(IOException cause) {
      super(cause);
    }

    String reason() {
      return Attempts.reason(getCause() == null ? this : getCause());
    }
  }
}
