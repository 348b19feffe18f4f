package io.lighter.images.registry.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;

/** An answer whose body has still to be read. */
final class Response implements AutoCloseable {
  private final HttpResponse<BodyStream> http;

  Response(HttpResponse<BodyStream> http) {
    this.http = http;
  }

  int status() {
    return http.statusCode();
  }

  boolean isSuccess() {
    return status() >= 200 && status() < 300;
  }

  /** Where it came from, after redirects. */
  URI uri() {
    return http.uri();
  }

  Optional<String> header(String name) {
    return http.headers().firstValue(name);
  }

  List<String> headers(String name) {
    return http.headers().allValues(name);
  }

  /** The length that the registry promises, or -1; also for the answer to a HEAD. */
  long length() {
    try {
      return header("Content-Length").map(text -> Long.parseLong(text.strip())).orElse(-1L);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  InputStream body() {
    return http.body();
  }

  /**
   * Reads the whole body.
   *
   * @param most bytes
   * @throws IOException when it breaks
   * @throws TooLargeException when there are more
   */
  byte[] bytes(int most) throws IOException {
    if (length() > most) {
      throw new TooLargeException(most);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    for (int read = body().read(buffer); read >= 0; read = body().read(buffer)) {
      all.write(buffer, 0, read);
      if (all.size() > most) {
        throw new TooLargeException(most);
      }
    }
    return all.toByteArray();
  }

  /** Throws away what is left: closes the connection unless all was read. */
  @Override
  public void close() {
    http.body().close();
  }

  /** There is more than there may be. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    TooLargeException(int most) {
      super("it is larger than %d bytes".formatted(most));
    }
  }
}
