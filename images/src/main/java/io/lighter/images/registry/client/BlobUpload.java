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

/**
 * Sends blobs: small ones in one request, others in chunks after the upload was begun, which goes
 * on where the registry says it stands when it breaks, or when a process before this one was
 * killed; in one chunk when the registry refuses several.
 */
final class BlobUpload {
  private final Endpoint endpoint;
  private final RemoteRepository repository;
  private final String path;
  private final Set<String> scopes;

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

  void send(Descriptor blob, BlobSource source, LongConsumer progress, UploadNote note) {
    String what = "the upload of the blob " + blob.digest() + " to " + repository.name();
    Attempts attempts = new Attempts(endpoint.retries());
    UploadSession session = new UploadSession(endpoint, path, what, blob, scopes, note);
    while (true) {
      try {
        session.finish(source, progress, attempts);
        break;
      } catch (UploadSession.SourceException e) {
        session.location().ifPresent(this::cancel);
        note.remove();
        throw new RegistryException(Kind.REFUSED, what + ": cannot be read: " + e.reason(), e);
      } catch (IOException e) {
        attempts.failed(what, e);
        if (repository.has(blob.digest())) {
          break; // Only its answer was lost.
        }
      } catch (UploadSession.LostException e) {
        if (!session.isRecalled()) {
          attempts.failed(what, new IOException("the registry has forgotten the upload", e));
        }
        note.remove();
        session.beginAgain();
      } catch (RegistryException e) {
        session.location().ifPresent(this::cancel);
        note.remove();
        if (!session.mayBePlainer(e)) {
          throw e;
        }
        session.bePlainer();
      }
    }
    note.remove();
    progress.accept(blob.size());
  }

  static URI location(Request request, Response response) {
    String location = response.header("Location").orElse("");
    URI uri = Endpoint.resolve(response.uri(), location);
    if (uri == null) {
      throw Failures.corrupt(
          request, response, "no place for the upload: \"" + Failures.shown(location) + "\"");
    }
    return uri;
  }

  /** So that the registry does not keep what nobody will finish. It may not know how to. */
  private void cancel(URI session) {
    Request request = new Request("the end of an upload", "DELETE", session, Map.of(), scopes);
    try (Response response = endpoint.once(request)) {
      response.status();
    } catch (IOException | RegistryException e) {
      // It collects them itself, some day.
    }
  }
}
