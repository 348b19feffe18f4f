package io.lighter.images.registry.client;

import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a registry answers. Sends requests to it: as somebody, along redirects, repeatedly. */
final class Endpoint {
  private static final int MAX_REDIRECTS = 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final URI base;
  private final Transport transport;
  private final Authorizer authorizer;
  private final ClientOptions options;

  /**
   * One at a URL.
   *
   * @param base what {@code /v2/} follows: scheme, host and mostly no path, without a slash at its
   *     end
   */
  Endpoint(URI base, Transport transport, Authorizer authorizer, ClientOptions options) {
    this.base = base;
    this.transport = transport;
    this.authorizer = authorizer;
    this.options = options;
  }

  /** Returns the URL of something in the protocol: {@code library/busybox/tags/list}. */
  URI uri(String path) {
    return URI.create(base + "/v2/" + path);
  }

  URI base() {
    return base;
  }

  Retries retries() {
    return options.retries();
  }

  Authorizer authorizer() {
    return authorizer;
  }

  /** Handles an answer; what it throws as {@link IOException} is tried again. */
  @FunctionalInterface
  interface Reader<T> {
    T read(Response response) throws IOException;
  }

  /** Sends a request until it is answered, by success or refusal, and reads the answer. */
  <T> T call(Request request, Reader<T> reader) {
    return Attempts.run(
        retries(),
        request.what(),
        () -> {
          try (Response response = once(request)) {
            return reader.read(response);
          }
        });
  }

  /** As {@link #call}, for what must succeed. */
  <T> T get(Request request, Reader<T> reader) {
    return call(
        request,
        response -> {
          if (!response.isSuccess()) {
            throw Failures.of(request, response);
          }
          return reader.read(response);
        });
  }

  /**
   * Sends a request once, and again when only the authorization was missing.
   *
   * @return any answer but one that says to come back later
   */
  Response once(Request request) throws IOException {
    String authorization = authorizer.header(request.scopes());
    Response response = follow(request, authorization);
    if (response.status() == 401 && sameOrigin(response.uri(), base)) {
      String better = authorizer.challenged(response, request.scopes(), authorization);
      if (better != null) {
        response.close();
        response = follow(request, better);
      }
    }
    if (BusyException.isBusy(response.status())) {
      throw BusyException.of(response);
    }
    return response;
  }

  private Response follow(Request request, @Nullable String authorization) throws IOException {
    Set<URI> visited = new HashSet<>();
    URI at = request.uri();
    boolean home = sameOrigin(at, base);
    for (int hops = 0; hops <= MAX_REDIRECTS && visited.add(at); hops++) {
      Response response = send(request.at(at), home, authorization);
      if (!REDIRECTS.contains(response.status())
          || (response.status() < 307 && !isRead(request.method()))) {
        return response;
      }
      at = next(request, response);
      // Once away from the registry, what proves who we are is not sent any more, even back.
      home &= sameOrigin(at, base);
    }
    throw new RegistryException(
        Kind.REFUSED, request.what() + ": the registry redirects in circles, lastly to " + at);
  }

  private Response send(Request request, boolean home, @Nullable String authorization)
      throws IOException {
    Request sent = request;
    if (home && !options.headers().isEmpty()) {
      Map<String, String> headers = new HashMap<>(options.headers());
      headers.putAll(request.headers());
      sent =
          new Request(
              request.what(),
              request.method(),
              request.uri(),
              headers,
              request.body(),
              request.scopes());
    }
    Response response = transport.send(sent, home ? authorization : null);
    IOException content = request.body().failure();
    if (content != null) {
      response.close();
      throw content;
    }
    return response;
  }

  private URI next(Request request, Response response) {
    try (response) {
      String location = response.header("Location").orElse("");
      URI next = resolve(response.uri(), location);
      if (next == null) {
        throw Failures.corrupt(
            request, response, "a redirect to \"" + Failures.shown(location) + "\"");
      }
      boolean downgrade = "https".equals(response.uri().getScheme()) && isPlain(next);
      if (downgrade && !mayBePlain(next)) {
        throw new RegistryException(
            Kind.REFUSED,
            "%s: %s redirects to %s, from HTTPS to plain HTTP; if that is right, configure the host"
                    .formatted(request.what(), response.uri().getAuthority(), next.getAuthority())
                + " as an insecure registry");
      }
      return next;
    }
  }

  /** Returns what a header refers to, if it is a URL of HTTP; or null. */
  static @Nullable URI resolve(URI from, String location) {
    try {
      URI uri = from.resolve(location.strip());
      boolean known = "https".equals(uri.getScheme()) || isPlain(uri);
      return known && !location.isBlank() && uri.getHost() != null ? uri : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Whether a URL is of the registry itself, so that it may know who we are. */
  boolean isHome(URI uri) {
    return sameOrigin(uri, base);
  }

  private boolean mayBePlain(URI uri) {
    return LoopbackHosts.contains(uri.getHost()) || options.insecure().contains(uri.getAuthority());
  }

  private static boolean isPlain(URI uri) {
    return "http".equals(uri.getScheme());
  }

  private static boolean isRead(String method) {
    return method.equals("GET") || method.equals("HEAD");
  }

  private static boolean sameOrigin(URI one, URI other) {
    return one.getScheme().equals(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : isPlain(uri) ? 80 : 443;
  }
}
