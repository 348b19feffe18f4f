package io.lighter.images.registry.server;

import io.lighter.images.Digest;
import io.lighter.images.registry.server.http.Refusal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /v2/NAME/blobs/DIGEST}: gives and deletes blobs. */
final class BlobEndpoint {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  private final @Nullable Mirror mirror;

  /**
   * The endpoint.
   *
   * @param mirror where blobs come from that are not here, or null
   */
  BlobEndpoint(@Nullable Mirror mirror) {
    this.mirror = mirror;
  }

  void handle(Call call) throws IOException {
    switch (call.method()) {
      case "GET", "HEAD" -> get(call, call.digest());
      case "DELETE" -> delete(call, call.digest());
      default -> throw call.refused();
    }
  }

  private void get(Call call, Digest digest) throws IOException {
    try (FileChannel file = open(call, digest)) {
      if (file != null) {
        send(call, digest, file);
        return;
      }
    }
    Mirror other = mirror;
    if (other == null) {
      throw unknown(digest);
    }
    other.blob(call, digest);
  }

  /** Opens a blob, unless it is not here, or was removed in this moment. */
  private static @Nullable FileChannel open(Call call, Digest digest) throws IOException {
    try {
      return call.repository().hasBlob(digest) ? call.repository().content().open(digest) : null;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  static Refusal unknown(Digest digest) {
    return new Refusal(404, "BLOB_UNKNOWN", "there is no blob " + digest + " in the repository");
  }

  static Map<String, String> headers(Digest digest) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/octet-stream");
    headers.put("Docker-Content-Digest", digest.toString());
    headers.put("ETag", tag(digest));
    headers.put("Accept-Ranges", "bytes");
    headers.put("Cache-Control", "max-age=31536000");
    return headers;
  }

  private static String tag(Digest digest) {
    return '"' + digest.toString() + '"';
  }

  static void send(Call call, Digest digest, FileChannel file) throws IOException {
    Map<String, String> headers = headers(digest);
    long size = file.size();
    if (call.method().equals("HEAD")) {
      call.exchange().answerHead(headers, size);
      return;
    }
    String tag = tag(digest);
    boolean current = call.exchange().header("If-Range").map(tag::equals).orElse(true);
    if (call.exchange().header("If-None-Match").filter(tag::equals).isPresent()) {
      call.exchange().answer(304, headers);
      return;
    }
    Matcher range = RANGE.matcher(call.exchange().header("Range").orElse(""));
    if (!current || !range.matches() || (range.group(1) + range.group(2)).isEmpty()) {
      // Several ranges, or other units: then the whole is an answer, too (RFC 9110, 14.2).
      call.exchange().answer(200, headers, file, 0, size);
      return;
    }
    long from =
        range.group(1).isEmpty() ? size - number(range.group(2), 0) : number(range.group(1), 0);
    long last = range.group(1).isEmpty() ? size - 1 : number(range.group(2), size - 1);
    from = Math.max(0, from);
    last = Math.min(last, size - 1);
    if (from > last) {
      throw new Refusal(
          416,
          "RANGE_INVALID",
          "the blob has " + size + " bytes",
          Map.of("Content-Range", "bytes */" + size));
    }
    headers.put("Content-Range", "bytes %d-%d/%d".formatted(from, last, size));
    call.exchange().answer(206, headers, file, from, last - from + 1);
  }

  private static long number(String digits, long absent) {
    return digits.isEmpty() ? absent : Long.parseLong(digits);
  }

  private static void delete(Call call, Digest digest) throws IOException {
    if (!call.repository().unlinkBlob(digest)) {
      throw unknown(digest);
    }
    call.exchange().answer(202, Map.of("Docker-Content-Digest", digest.toString()));
  }
}
