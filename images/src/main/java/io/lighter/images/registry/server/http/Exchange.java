package io.lighter.images.registry.server.http;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One request and its answer. Used by one thread. */
public final class Exchange {
  private final HttpRequest request;
  private final QueryStringDecoder target;
  private final RequestStream body;
  private final ResponseWriter writer;
  private final boolean secure;
  private int status;

  Exchange(HttpRequest request, RequestStream body, ResponseWriter writer, boolean secure) {
    this.request = request;
    this.target = new QueryStringDecoder(request.uri());
    this.body = body;
    this.writer = writer;
    this.secure = secure;
  }

  public String method() {
    return request.method().name();
  }

  /** The path, decoded. What is in it is the client's choice. */
  public String path() {
    try {
      return target.path();
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "NAME_INVALID", "the path is not encoded as URLs are");
    }
  }

  /** The first value of a parameter in the query. */
  public Optional<String> parameter(String name) {
    return parameters(name).stream().findFirst();
  }

  /** All values of a parameter in the query. */
  public List<String> parameters(String name) {
    try {
      return target.parameters().getOrDefault(name, List.of());
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "UNSUPPORTED", "the query is not encoded as URLs are");
    }
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(request.headers().get(name));
  }

  /** All values of a header, each header's as one. */
  public List<String> headers(String name) {
    return request.headers().getAll(name);
  }

  /** Whether it came by TLS. */
  public boolean isSecure() {
    return secure;
  }

  /** What the client sends; nothing is read from the network before this is. */
  public InputStream body() {
    return body;
  }

  /** Whether there may be a body, even an empty one. */
  public boolean announcesBody() {
    return header("Transfer-Encoding").isPresent()
        || header("Content-Length").filter(length -> !length.equals("0")).isPresent();
  }

  /** The status of the answer, 0 before there is one. */
  public int status() {
    return status;
  }

  /** Answers without a body. */
  public void answer(int newStatus, Map<String, String> headers) throws IOException {
    answer(newStatus, headers, new byte[0]);
  }

  /** Answers with a small body; to HEAD with its length only. */
  public void answer(int newStatus, Map<String, String> headers, byte[] content)
      throws IOException {
    status = newStatus;
    writer.whole(newStatus, headers, content);
  }

  /** Answers to HEAD, with the length of what GET would bring. */
  public void answerHead(Map<String, String> headers, long length) throws IOException {
    status = 200;
    writer.head(200, headers, length);
  }

  /** Answers with a part of a file. The file stays open. */
  public void answer(
      int newStatus, Map<String, String> headers, FileChannel file, long from, long length)
      throws IOException {
    status = newStatus;
    writer.file(newStatus, headers, file, from, length);
  }

  /**
   * Answers with what a stream brings.
   *
   * @throws IOException when the stream ends early or fails, or the client has gone; the connection
   *     is closed then, so that the client does not take the part for the whole
   */
  public void answer(int newStatus, Map<String, String> headers, InputStream content, long length)
      throws IOException {
    status = newStatus;
    writer.stream(newStatus, headers, content, length);
  }
}
