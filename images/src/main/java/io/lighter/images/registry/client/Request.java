package io.lighter.images.registry.client;

import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * One request to a registry, before it is known as whom.
 *
 * @param what it is about, for errors: {@code the manifest busybox:latest}
 * @param method of HTTP
 * @param uri absolute
 * @param headers other than {@code Authorization}
 * @param body to send, or {@link RequestBody#NONE}
 * @param scopes what a token for it must allow: {@code repository:library/busybox:pull}
 */
record Request(
    String what,
    String method,
    URI uri,
    Map<String, String> headers,
    RequestBody body,
    Set<String> scopes) {

  /** One without a body. */
  Request(String what, String method, URI uri, Map<String, String> headers, Set<String> scopes) {
    this(what, method, uri, headers, RequestBody.NONE, scopes);
  }

  Request at(URI other) {
    return new Request(what, method, other, headers, body, scopes);
  }
}
