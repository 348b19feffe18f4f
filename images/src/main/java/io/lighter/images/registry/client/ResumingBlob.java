package io.lighter.images.registry.client;

import io.lighter.images.Descriptor;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A blob while it comes. When the transfer breaks, it asks for the rest. Read by one thread. */
final class ResumingBlob extends InputStream {
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+|\\*)");

  private final Endpoint endpoint;
  private final Request request;
  private final Descriptor blob;
  private final Attempts attempts;
  private long position;
  private volatile @Nullable Response response;
  private @Nullable String etag;
  private @Nullable URI from;
  private volatile boolean closed;

  /**
   * Opens the blob, and waits until it comes.
   *
   * @throws RegistryException when it does not
   */
  ResumingBlob(Endpoint endpoint, Request request, Descriptor blob, long offset) {
    this.endpoint = endpoint;
    this.request = request;
    this.blob = blob;
    this.position = offset;
    this.attempts = new Attempts(endpoint.retries());
    if (offset < 0 || offset > blob.size()) {
      throw new IllegalArgumentException("no offset in " + blob.size() + " bytes: " + offset);
    }
    while (position < blob.size() && response == null) {
      open();
    }
  }

  private void open() {
    try {
      Response opened = endpoint.once(ranged());
      response = opened;
      if (closed) {
        throw new IOException("closed");
      }
      check(opened);
    } catch (IOException e) {
      broke(e);
    } catch (RegistryException e) {
      drop();
      throw e;
    }
  }

  private void broke(IOException cause) {
    drop();
    if (closed) {
      throw new RegistryException(Kind.UNAVAILABLE, request.what() + ": closed", cause);
    }
    attempts.failed(request.what(), cause);
  }

  private Request ranged() {
    if (position == 0) {
      return request;
    }
    Map<String, String> headers = new HashMap<>(request.headers());
    headers.put("Range", "bytes=" + position + "-");
    String tag = etag;
    if (tag != null) {
      headers.put("If-Range", tag);
    }
    return new Request(request.what(), request.method(), request.uri(), headers, request.scopes());
  }

  private void check(Response opened) throws IOException {
    switch (opened.status()) {
      case 200 -> {
        length(opened, blob.size());
        remember(opened);
        opened.body().skipNBytes(position);
      }
      case 206 -> {
        Matcher range = CONTENT_RANGE.matcher(opened.header("Content-Range").orElse(""));
        if (!range.matches() || Long.parseLong(range.group(1)) != position) {
          throw Failures.corrupt(request, opened, "another part than the one from " + position);
        }
        if (!range.group(3).equals("*") && Long.parseLong(range.group(3)) != blob.size()) {
          throw wrongLength(opened, range.group(3));
        }
        remember(opened);
      }
      case 416 -> throw wrongLength(opened, "fewer than " + position);
      default -> throw Failures.of(request, opened);
    }
  }

  private void length(Response opened, long expected) {
    long length = opened.length();
    if (length >= 0 && length != expected) {
      throw wrongLength(opened, String.valueOf(length));
    }
  }

  private RegistryException wrongLength(Response opened, String length) {
    return Failures.corrupt(
        request, opened, "it has %s bytes, and must have %d".formatted(length, blob.size()));
  }

  /** Content that has another tag than before, at the same place, is other content. */
  private void remember(Response opened) {
    String tag = opened.header("ETag").filter(text -> !text.startsWith("W/")).orElse(null);
    URI place = opened.uri();
    if (etag != null && !etag.equals(tag) && samePlace(place)) {
      throw Failures.corrupt(request, opened, "it has changed while it was being fetched");
    }
    etag = tag;
    from = place;
  }

  private boolean samePlace(URI place) {
    URI before = from;
    // Signed URLs of storage differ in their queries.
    return before != null
        && List.of(before.getAuthority(), before.getPath())
            .equals(List.of(place.getAuthority(), place.getPath()));
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    while (position < blob.size()) {
      Response opened = response;
      if (closed) {
        throw new RegistryException(Kind.UNAVAILABLE, request.what() + ": closed");
      }
      if (opened == null) {
        open();
        continue;
      }
      try {
        int read =
            opened.body().read(target, offset, (int) Math.min(length, blob.size() - position));
        if (read >= 0) {
          position += read;
          attempts.succeeded();
          atEnd(opened);
          return read;
        }
        broke(
            new IOException(
                "the transfer ended after %d of %d bytes".formatted(position, blob.size())));
      } catch (IOException e) {
        broke(e);
      }
    }
    return -1;
  }

  private void atEnd(Response opened) {
    if (position < blob.size()) {
      return;
    }
    try {
      if (opened.body().read() >= 0) {
        throw Failures.corrupt(
            request, opened, "more than the %d bytes that it must have".formatted(blob.size()));
      }
    } catch (IOException e) {
      // All is there; that the connection broke after it does not matter.
    } finally {
      drop();
    }
  }

  private void drop() {
    Response opened = response;
    response = null;
    if (opened != null) {
      opened.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    Response opened = response;
    if (opened != null) {
      opened.close();
    }
  }
}
