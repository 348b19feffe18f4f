package io.lighter.images.registry.server;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.registry.server.access.AccessControl;
import io.lighter.images.registry.server.access.Right;
import io.lighter.images.registry.server.http.Refusal;
import io.lighter.images.registry.server.storage.RegistryStore;
import io.lighter.images.registry.server.storage.StoredRepository;
import io.lighter.images.registry.server.storage.Upload;
import io.lighter.images.store.Lease;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /v2/NAME/blobs/uploads/}: takes blobs, in one piece or several, or from a neighbour. */
final class UploadEndpoint {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("(?:bytes )?(\\d{1,18})-(\\d{1,18})(?:/.*)?");

  private final RegistryStore store;
  private final AccessControl access;

  UploadEndpoint(RegistryStore store, AccessControl access) {
    this.store = store;
    this.access = access;
  }

  void handle(Call call) throws IOException {
    if (call.rest().isEmpty()) {
      if (!call.method().equals("POST")) {
        throw call.refused();
      }
      begin(call);
      return;
    }
    Upload upload = store.uploads().find(call.repository(), call.rest());
    if (upload == null) {
      throw unknown(call);
    }
    if (call.method().equals("GET")) {
      state(call, upload, 204);
      return;
    }
    if (!upload.hold()) {
      throw new Refusal(
          429, "TOOMANYREQUESTS", "somebody else sends to this upload", Map.of("Retry-After", "5"));
    }
    try {
      // The one before us may have finished it while we waited.
      if (store.uploads().find(call.repository(), call.rest()) == null) {
        throw unknown(call);
      }
      change(call, upload);
    } finally {
      upload.release();
    }
  }

  private void change(Call call, Upload upload) throws IOException {
    switch (call.method()) {
      case "PATCH" -> {
        append(call, upload);
        state(call, upload, 202);
      }
      case "PUT" -> {
        Digest digest =
            Call.digest(
                call.exchange()
                    .parameter("digest")
                    .orElseThrow(
                        () -> new Refusal(400, "DIGEST_INVALID", "the digest is missing")));
        if (call.exchange().announcesBody()) {
          append(call, upload);
        }
        finish(call, upload, digest);
      }
      case "DELETE" -> {
        upload.cancel();
        call.exchange().answer(204, Map.of());
      }
      default -> throw call.refused();
    }
  }

  private void begin(Call call) throws IOException {
    Optional<String> mount = call.exchange().parameter("mount");
    if (mount.isPresent() && mount(call, Call.digest(mount.get()))) {
      return;
    }
    Optional<String> digest = call.exchange().parameter("digest");
    Digest wanted = digest.isPresent() ? Call.digest(digest.get()) : null;
    Upload upload = store.uploads().begin(call.repository());
    if (wanted == null) {
      state(call, upload, 202);
      return;
    }
    if (!upload.hold()) {
      throw new IllegalStateException("nobody can hold a new upload");
    }
    try {
      upload.append(call.exchange().body());
      finish(call, upload, wanted);
    } catch (IOException e) {
      upload.cancel(); // The client does not know its name, to go on with it.
      throw e;
    } finally {
      upload.release();
    }
  }

  private boolean mount(Call call, Digest digest) throws IOException {
    StoredRepository from = source(call);
    if (from == null || !from.hasBlob(digest)) {
      return false;
    }
    try (Lease lease = call.repository().lease()) {
      if (!lease.keepBlob(digest)) {
        return false;
      }
      call.repository().linkBlob(digest);
    }
    created(call, digest);
    return true;
  }

  /** The repository to mount from, if there is one that may be read. */
  private @Nullable StoredRepository source(Call call) {
    String from = call.exchange().parameter("from").orElse("");
    try {
      StoredRepository repository = store.repository(from);
      return access.allows(call.who(), Right.PULL, from) ? repository : null;
    } catch (ImageException e) {
      return null; // Then it is the begin of an upload, says the specification.
    }
  }

  private void append(Call call, Upload upload) throws IOException {
    Optional<String> header = call.exchange().header("Content-Range");
    if (header.isPresent()) {
      Matcher range = CONTENT_RANGE.matcher(header.get());
      if (!range.matches()) {
        throw new Refusal(400, "BLOB_UPLOAD_INVALID", "the range must be of the form FROM-TO");
      }
      if (Long.parseLong(range.group(1)) != upload.size()) {
        throw new Refusal(
            416, "RANGE_INVALID", "the upload goes on at " + upload.size(), progress(call, upload));
      }
    }
    upload.append(call.exchange().body());
  }

  private static void finish(Call call, Upload upload, Digest digest) throws IOException {
    try {
      upload.finish(digest);
    } catch (ImageException e) {
      throw new Refusal(400, "DIGEST_INVALID", String.valueOf(e.getMessage()));
    }
    created(call, digest);
  }

  private static void created(Call call, Digest digest) throws IOException {
    call.exchange()
        .answer(
            201,
            Map.of(
                "Location",
                call.location("blobs/" + digest),
                "Docker-Content-Digest",
                digest.toString()));
  }

  private static void state(Call call, Upload upload, int status) throws IOException {
    call.exchange().answer(status, progress(call, upload));
  }

  private static Map<String, String> progress(Call call, Upload upload) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Location", call.location("blobs/uploads/" + upload.id()));
    headers.put("Range", "0-" + Math.max(0, upload.size() - 1));
    headers.put("Docker-Upload-UUID", upload.id());
    return headers;
  }

  private static Refusal unknown(Call call) {
    return new Refusal(
        404, "BLOB_UPLOAD_UNKNOWN", "there is no such upload to " + call.repository().name());
  }
}
