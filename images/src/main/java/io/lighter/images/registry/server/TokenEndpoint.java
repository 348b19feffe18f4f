package io.lighter.images.registry.server;

import io.lighter.images.ImageException;
import io.lighter.images.registry.server.access.AccessControl;
import io.lighter.images.registry.server.access.Identity;
import io.lighter.images.registry.server.http.Exchange;
import io.lighter.images.registry.server.http.Refusal;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code /token}: changes passwords and refresh tokens for tokens, by GET and by OAuth2. */
final class TokenEndpoint {
  private static final int MAX_FORM = 64 * 1024;

  private final AccessControl access;

  TokenEndpoint(AccessControl access) {
    this.access = access;
  }

  void handle(Exchange exchange) throws IOException {
    switch (exchange.method()) {
      case "GET" -> get(exchange);
      case "POST" -> post(exchange);
      default -> throw new Refusal(405, "UNSUPPORTED", "tokens are got by GET or POST");
    }
  }

  private void get(Exchange exchange) throws IOException {
    Identity who = identify(() -> access.identify(exchange.header("Authorization").orElse(null)));
    if (who.grants() != null) {
      throw new Refusal(401, "UNAUTHORIZED", "a token is not given for a token");
    }
    String service = exchange.parameter("service").orElse("");
    boolean offline = exchange.parameter("offline_token").filter("true"::equals).isPresent();
    answer(exchange, who, service, exchange.parameters("scope"), offline, "token");
  }

  private void post(Exchange exchange) throws IOException {
    byte[] form = exchange.body().readNBytes(MAX_FORM + 1);
    if (form.length > MAX_FORM) {
      throw new Refusal(413, "SIZE_INVALID", "the form is too large");
    }
    Map<String, List<String>> fields =
        new QueryStringDecoder(new String(form, StandardCharsets.UTF_8), false).parameters();
    Function<String, String> field = name -> fields.getOrDefault(name, List.of("")).getFirst();
    Identity who =
        switch (field.apply("grant_type")) {
          case "password" ->
              identify(() -> access.login(field.apply("username"), field.apply("password")));
          case "refresh_token" -> identify(() -> access.refreshed(field.apply("refresh_token")));
          default ->
              throw new Refusal(400, "UNSUPPORTED", "grant_type must be password or refresh_token");
        };
    boolean offline = field.apply("access_type").equals("offline");
    List<String> scopes = fields.getOrDefault("scope", List.of());
    answer(exchange, who, field.apply("service"), scopes, offline, "access_token");
  }

  private interface Proof {
    Identity identity();
  }

  private static Identity identify(Proof proof) {
    try {
      return proof.identity();
    } catch (ImageException e) {
      throw new Refusal(401, "UNAUTHORIZED", String.valueOf(e.getMessage()));
    }
  }

  private void answer(
      Exchange exchange,
      Identity who,
      String service,
      List<String> scopes,
      boolean offline,
      String name)
      throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    try {
      json.put(name, access.token(who, service, scopes));
    } catch (ImageException e) {
      throw new Refusal(400, "UNSUPPORTED", String.valueOf(e.getMessage()));
    }
    json.put("expires_in", AccessControl.LIFETIME.toSeconds());
    json.put("issued_at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    if (offline && who.user() != null) {
      json.put("refresh_token", access.refreshToken(who, service));
    }
    Call.json(exchange, Map.of("Cache-Control", "no-store"), json);
  }
}
