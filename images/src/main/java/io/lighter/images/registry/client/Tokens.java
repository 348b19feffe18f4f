package io.lighter.images.registry.client;

import io.lighter.images.ImageException;
import io.lighter.images.json.Fields;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.RegistryException.Kind;
import io.lighter.images.registry.credentials.Credential;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Asks token endpoints for tokens.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Token
 *     authentication</a> and <a
 *     href="https://distribution.github.io/distribution/spec/auth/oauth/">OAuth2</a>
 */
final class Tokens {
  private static final String CLIENT = "lighter";
  private static final int MAX_BYTES = 1 << 20;

  /** What the specification has tokens last that do not say. */
  private static final long DEFAULT_SECONDS = 60;

  private final Transport transport;
  private final Retries retries;

  Tokens(Transport transport, Retries retries) {
    this.transport = transport;
    this.retries = retries;
  }

  /**
   * A token.
   *
   * @param header value of {@code Authorization}
   * @param until by {@link System#nanoTime}
   * @param refresh for other tokens, or null when none came
   */
  record Token(String header, long until, @Nullable String refresh) {
    boolean isFresh() {
      return until - System.nanoTime() > 0;
    }
  }

  /**
   * Gets a token.
   *
   * @param registry that sends us there, for errors
   * @param challenge of the registry
   * @param offline whether to ask for an identity token too
   * @param plain whether the secret may go over plain HTTP
   */
  Token get(
      String registry,
      Challenge challenge,
      Set<String> scopes,
      @Nullable Credential credential,
      boolean offline,
      boolean plain) {
    URI realm = realm(registry, challenge, credential != null, plain);
    Request request =
        credential instanceof Credential.IdentityToken identity
            ? post(registry, realm, challenge, scopes, identity)
            : get(registry, realm, challenge, scopes, credential, offline);
    String basic = credential instanceof Credential.Password password ? basic(password) : null;
    return Attempts.run(retries, request.what(), () -> token(request, basic));
  }

  private Token token(Request request, @Nullable String basic) throws IOException {
    try (Response response = transport.send(request, basic)) {
      if (BusyException.isBusy(response.status())) {
        throw BusyException.of(response);
      }
      // OAuth2 says "invalid_grant" with 400, RFC 6749, 5.2.
      boolean badGrant = response.status() == 400 && request.method().equals("POST");
      if (response.status() == 401 || badGrant) {
        throw new RegistryException(
            Kind.UNAUTHORIZED,
            request.what()
                + ": user name, password or token is not right: "
                + Failures.said(response));
      }
      if (!response.isSuccess()) {
        throw Failures.of(request, response);
      }
      return read(request, response);
    }
  }

  private static Token read(Request request, Response response) throws IOException {
    try {
      Fields fields = Fields.read("the answer", response.bytes(MAX_BYTES));
      String token =
          fields.text("token").isEmpty() ? fields.text("access_token") : fields.text("token");
      if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
        throw new ImageException("there is no token in it");
      }
      long seconds = Math.clamp(fields.number("expires_in", DEFAULT_SECONDS), 1, 86_400);
      // A little early, since the request that it is for takes time too.
      long nanos = seconds * 900_000_000L;
      return new Token(
          "Bearer " + token, System.nanoTime() + nanos, fields.string("refresh_token"));
    } catch (ImageException e) {
      throw Failures.corrupt(request, response, String.valueOf(e.getMessage()));
    }
  }

  private static URI realm(String registry, Challenge challenge, boolean secret, boolean plain) {
    URI realm;
    try {
      realm = URI.create(challenge.parameter("realm"));
    } catch (IllegalArgumentException e) {
      realm = URI.create("");
    }
    if (realm.getHost() == null
        || !("https".equals(realm.getScheme()) || "http".equals(realm.getScheme()))) {
      throw new RegistryException(
          Kind.CORRUPT,
          "%s sends us for a token to \"%s\", which is no URL of HTTP"
              .formatted(registry, Failures.shown(challenge.parameter("realm"))));
    }
    if (secret && !plain && "http".equals(realm.getScheme())) {
      throw new RegistryException(
          Kind.REFUSED,
          "%s sends us for a token to %s, and a password must not go over plain HTTP"
              .formatted(registry, realm));
    }
    return realm;
  }

  private static Request get(
      String registry,
      URI realm,
      Challenge challenge,
      Set<String> scopes,
      @Nullable Credential credential,
      boolean offline) {
    StringJoiner query = new StringJoiner("&");
    if (!challenge.parameter("service").isEmpty()) {
      query.add("service=" + encode(challenge.parameter("service")));
    }
    scopes.forEach(scope -> query.add("scope=" + encode(scope)));
    if (credential instanceof Credential.Password password) {
      query.add("account=" + encode(password.user()));
    }
    if (offline) {
      query.add("offline_token=true").add("client_id=" + CLIENT);
    }
    String separator = realm.getRawQuery() == null ? "?" : "&";
    URI uri = query.length() == 0 ? realm : URI.create(realm + separator + query);
    return new Request("a token for " + registry, "GET", uri, Map.of(), Set.of());
  }

  private static Request post(
      String registry,
      URI realm,
      Challenge challenge,
      Set<String> scopes,
      Credential.IdentityToken identity) {
    StringJoiner form = new StringJoiner("&");
    form.add("grant_type=refresh_token");
    form.add("refresh_token=" + encode(identity.token()));
    form.add("service=" + encode(challenge.parameter("service")));
    form.add("client_id=" + CLIENT);
    if (!scopes.isEmpty()) {
      form.add("scope=" + encode(String.join(" ", scopes)));
    }
    return new Request(
        "a token for " + registry,
        "POST",
        realm,
        Map.of("Content-Type", "application/x-www-form-urlencoded"),
        RequestBody.of(form.toString().getBytes(StandardCharsets.UTF_8)),
        Set.of());
  }

  /** The header of Basic authentication, RFC 7617. */
  static String basic(Credential.Password password) {
    byte[] pair = (password.user() + ":" + password.password()).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
