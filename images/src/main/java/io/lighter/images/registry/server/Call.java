package io.lighter.images.registry.server;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.registry.server.access.Identity;
import io.lighter.images.registry.server.http.Exchange;
import io.lighter.images.registry.server.http.Refusal;
import io.lighter.images.registry.server.storage.StoredRepository;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A request about a repository, from somebody who may make it.
 *
 * @param rest of the path behind the kind: a digest, a tag, the id of an upload
 */
record Call(Exchange exchange, Identity who, StoredRepository repository, String rest) {
  static final String JSON = "application/json";
  private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");

  String method() {
    return exchange.method();
  }

  boolean isRead() {
    return method().equals("GET") || method().equals("HEAD");
  }

  /** The digest that the path ends in. */
  Digest digest() {
    return digest(rest);
  }

  static Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (ImageException e) {
      throw new Refusal(400, "DIGEST_INVALID", String.valueOf(e.getMessage()));
    }
  }

  /** Whether the path ends in a digest rather than in a tag. */
  boolean isByDigest() {
    return rest.indexOf(':') >= 0;
  }

  /** The tag that the path ends in. */
  String tag() {
    if (!TAG.matcher(rest).matches()) {
      throw new Refusal(
          isRead() ? 404 : 400,
          isRead() ? "MANIFEST_UNKNOWN" : "TAG_INVALID",
          "a tag has at most 128 letters, digits, dots, dashes and underscores");
    }
    return rest;
  }

  /** Where something of this repository is. */
  String location(String path) {
    return "/v2/" + repository.name() + "/" + path;
  }

  Refusal refused() {
    return new Refusal(405, "UNSUPPORTED", method() + " is not done here");
  }

  static void json(Exchange exchange, Map<String, String> headers, Object content)
      throws IOException {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putIfAbsent("Content-Type", JSON);
    exchange.answer(200, all, JsonWriter.compact(content).getBytes(StandardCharsets.UTF_8));
  }
}
