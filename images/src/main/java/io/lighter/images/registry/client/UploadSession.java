package io.lighter.images.registry.client;

import io.lighter.images.Descriptor;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One upload at a registry, as far as it has come. Used by one thread. */
final class UploadSession {
  /** Below this, to begin again is as cheap as to ask how far it came. */
  private static final long SMALL = 256 * 1024;

  /**
   * What proxies that limit the size of requests mostly let pass. Some registries, Docker's among
   * them, can only go on from the end of a chunk.
   */
  private static final long CHUNK = 16L << 20;

  private static final String OCTETS = "application/octet-stream";
  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-(\\d{1,18})");

  /** What is answered for an upload that is not there, or is not as it was. */
  private static final Set<Integer> LOST = Set.of(400, 404, 410, 416);

  private final Endpoint endpoint;
  private final String path;
  private final String what;
  private final Descriptor blob;
  private final Set<String> scopes;
  private final UploadNote note;
  private final boolean small;
  private long chunk = CHUNK;
  private UploadNote.@Nullable Place recalled;
  private @Nullable URI location;

  /** Whether it has just been asked where it stands, for it was said to stand elsewhere. */
  private boolean isElsewhere;

  /** Begins nothing yet, and goes on with what a note tells of. */
  UploadSession(
      Endpoint endpoint,
      String path,
      String what,
      Descriptor blob,
      Set<String> scopes,
      UploadNote note) {
    this.endpoint = endpoint;
    this.path = path;
    this.what = what;
    this.blob = blob;
    this.scopes = scopes;
    this.note = note;
    this.small = blob.size() <= SMALL;
    UploadNote.Place place = small ? null : note.place();
    if (place != null && endpoint.isHome(place.location())) {
      recalled = place;
      location = place.location();
    }
  }

  /** Where it is, when it was begun. */
  Optional<URI> location() {
    return Optional.ofNullable(location);
  }

  /** Whether another process began it. */
  boolean isRecalled() {
    return recalled != null;
  }

  /** The registry does not know it any more. */
  void beginAgain() {
    recalled = null;
    location = null;
  }

  /** Whether it can have been refused for what {@link #bePlainer} avoids. */
  boolean mayBePlainer(RegistryException refusal) {
    boolean special = isRecalled() || blob.size() > chunk;
    return special && (refusal.kind() == Kind.REFUSED || refusal.kind() == Kind.NOT_FOUND);
  }

  /** Begins again: with nothing that another process sent, or else with a single chunk. */
  void bePlainer() {
    chunk = isRecalled() ? chunk : Long.MAX_VALUE;
    beginAgain();
  }

  /**
   * Sends what the registry has not got, to the end.
   *
   * @throws SourceException when the content cannot be read
   * @throws IOException when it breaks; it goes on when this is called again
   * @throws LostException when the registry has forgotten it
   */
  void finish(BlobSource source, LongConsumer progress, Attempts attempts) throws IOException {
    URI known = location;
    URI at = known == null ? begin() : known;
    if (small) {
      put(at, RequestBody.of(source, 0, blob.size(), progress));
      return;
    }
    long position = known == null ? 0 : position(at);
    while (position < blob.size()) {
      progress.accept(position);
      long length = Math.min(chunk, blob.size() - position);
      at = patch(at, position, RequestBody.of(source, position, length, progress), length);
      position += length;
      keep(at, position);
      attempts.succeeded();
    }
    put(at, RequestBody.NONE);
  }

  private URI begin() {
    Request request =
        new Request(what, "POST", endpoint.uri(path + "/blobs/uploads/"), Map.of(), scopes);
    URI begun = endpoint.get(request, response -> BlobUpload.location(request, response));
    keep(begun, 0);
    return begun;
  }

  private void keep(URI at, long confirmed) {
    location = at;
    if (small) {
      return;
    }
    // What is elsewhere, or has a password in it, carries its own permission: not for a file.
    if (endpoint.isHome(at) && at.getRawUserInfo() == null) {
      note.put(new UploadNote.Place(at, confirmed));
    } else {
      note.remove();
    }
  }

  /** Where the registry stands. */
  private long position(URI at) throws IOException {
    Request request = new Request(what, "GET", at, Map.of(), scopes);
    try (Response response = endpoint.once(request)) {
      if (LOST.contains(response.status())) {
        throw new LostException();
      }
      if (!response.isSuccess()) {
        throw Failures.of(request, response);
      }
      Matcher range = RANGE.matcher(response.header("Range").orElse(""));
      // "0-0" is what registries say of none and of one byte; the first is meant, mostly.
      long last = range.matches() ? Long.parseLong(range.group(1)) : 0;
      long position = last == 0 ? 0 : last + 1;
      long confirmed = recalled == null ? 0 : recalled.confirmed();
      if (position > blob.size() || position < confirmed) {
        throw new LostException(); // It is there, but it is another one.
      }
      return position;
    }
  }

  private URI patch(URI at, long position, RequestBody body, long length) throws IOException {
    String range = position + "-" + (position + length - 1);
    Map<String, String> headers = Map.of("Content-Type", OCTETS, "Content-Range", range);
    Request request = new Request(what, "PATCH", at, headers, body, scopes);
    try (Response response = once(request)) {
      boolean further = position > 0;
      if (response.status() == 416 && !(further && isElsewhere)) {
        isElsewhere = true;
        throw new IOException("the registry stands elsewhere than at " + position);
      }
      if (response.status() == 404 && further) {
        throw Failures.of(request, response); // what some say who take one chunk only
      }
      URI next = BlobUpload.location(request, accepted(request, response));
      isElsewhere = false;
      return next;
    }
  }

  private void put(URI at, RequestBody body) throws IOException {
    String separator = at.getRawQuery() == null ? "?" : "&";
    URI last = URI.create(at + separator + "digest=" + blob.digest());
    Request request = new Request(what, "PUT", last, Map.of("Content-Type", OCTETS), body, scopes);
    try (Response response = once(request)) {
      accepted(request, response);
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
      throw new LostException();
    }
    if (!response.isSuccess()) {
      throw Failures.of(request, response);
    }
    return response;
  }

  /** The registry does not know the upload any more. */
  static final class LostException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** What is to be sent cannot be read. */
  static final class SourceException extends IOException {
    private static final long serialVersionUID = 1;

    SourceException(IOException cause) {
      super(cause);
    }

    String reason() {
      return Attempts.reason(getCause() == null ? this : getCause());
    }
  }
}
