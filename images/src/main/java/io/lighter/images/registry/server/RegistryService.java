package io.lighter.images.registry.server;

import io.lighter.images.ImageException;
import io.lighter.images.registry.server.access.AccessControl;
import io.lighter.images.registry.server.access.Identity;
import io.lighter.images.registry.server.access.Right;
import io.lighter.images.registry.server.http.Exchange;
import io.lighter.images.registry.server.http.HttpHandler;
import io.lighter.images.registry.server.http.Refusal;
import io.lighter.images.registry.server.storage.RegistryStore;
import io.lighter.images.registry.server.storage.StoredRepository;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out what a request is about, whether it may be made, and has it answered. */
final class RegistryService implements HttpHandler {
  private static final System.Logger LOG = System.getLogger(RegistryService.class.getName());
  private static final Pattern UPLOADS = Pattern.compile("/v2/(.+)/blobs/uploads(?:/([^/]*))?");
  private static final Pattern OTHER =
      Pattern.compile("/v2/(.+)/(manifests|blobs|tags|referrers)/([^/]+)");
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  private final RegistryStore store;
  private final AccessControl access;
  private final RegistryOptions options;
  private final Metrics metrics;
  private final boolean mirrors;
  private final BlobEndpoint blobs;
  private final UploadEndpoint uploads;
  private final ManifestEndpoint manifests;
  private final ListEndpoint lists;
  private final ReferrersEndpoint referrers;
  private final TokenEndpoint tokens;
  private final Challenges challenges;

  RegistryService(
      RegistryStore store,
      AccessControl access,
      RegistryOptions options,
      Metrics metrics,
      @Nullable Mirror mirror) {
    this.store = store;
    this.access = access;
    this.options = options;
    this.metrics = metrics;
    this.mirrors = mirror != null;
    this.blobs = new BlobEndpoint(mirror);
    this.uploads = new UploadEndpoint(store, access);
    this.manifests = new ManifestEndpoint(mirror);
    this.lists = new ListEndpoint(store, access, mirror);
    this.referrers = new ReferrersEndpoint(mirror);
    this.tokens = new TokenEndpoint(access);
    this.challenges = new Challenges(options);
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    long start = System.nanoTime();
    metrics.begun();
    String endpoint = "other";
    try {
      Route route = Route.of(exchange.path());
      endpoint = route.endpoint;
      answer(exchange, route);
    } catch (Refusal refusal) {
      refuse(exchange, refusal);
    } catch (ImageException e) {
      refuse(exchange, new Refusal(400, "NAME_INVALID", String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, exchange.method() + " " + exchange.path(), e);
      refuse(
          exchange, new Refusal(500, "UNKNOWN", "the registry made a mistake; its log has more"));
    } finally {
      String method = METHODS.contains(exchange.method()) ? exchange.method() : "other";
      metrics.answered(endpoint, method, exchange.status(), System.nanoTime() - start);
    }
  }

  /**
   * What a path is about.
   *
   * @param endpoint for the metrics, too
   * @param repository "" for none
   * @param rest behind the kind
   */
  private record Route(String endpoint, String repository, String rest) {
    static Route of(String path) {
      return switch (path) {
        case "/v2", "/v2/" -> new Route("base", "", "");
        case "/v2/_catalog", "/token", "/metrics" ->
            new Route(path.substring(path.lastIndexOf('/') + 1), "", "");
        default -> ofRepository(path);
      };
    }

    private static Route ofRepository(String path) {
      Matcher upload = UPLOADS.matcher(path);
      if (upload.matches()) {
        String id = upload.group(2);
        return new Route("uploads", upload.group(1), id == null ? "" : id);
      }
      Matcher other = OTHER.matcher(path);
      if (other.matches()) {
        return new Route(other.group(2), other.group(1), other.group(3));
      }
      throw new Refusal(404, "UNSUPPORTED", "there is nothing at this path");
    }
  }

  private void answer(Exchange exchange, Route route) throws IOException {
    switch (route.endpoint) {
      case "token" -> tokens.handle(exchange);
      case "metrics" -> metrics(exchange);
      case "base" -> {
        Identity who = identify(exchange, List.of());
        if (who.equals(Identity.ANONYMOUS) && !mayBeAnonymous()) {
          throw challenges.unauthorized(exchange, List.of(), "say who you are");
        }
        Call.json(exchange, Map.of(), Map.of());
      }
      case "_catalog" -> {
        Identity who = identify(exchange, List.of("registry:catalog:*"));
        if (who.equals(Identity.ANONYMOUS) && !access.isOpen()) {
          throw challenges.unauthorized(exchange, List.of("registry:catalog:*"), "say who you are");
        }
        lists.catalog(exchange, who);
      }
      default -> answer(call(exchange, route), route);
    }
  }

  /**
   * Clients only learn how to log in from the first answer, so that with tokens, which are given to
   * anybody, they are always sent for one. With Basic that would lock out who has no account.
   */
  private boolean mayBeAnonymous() {
    return access.isOpen() || (!options.tokens() && access.admitsAnybody());
  }

  private void answer(Call call, Route route) throws IOException {
    switch (route.endpoint) {
      case "blobs" -> blobs.handle(call);
      case "uploads" -> uploads.handle(call);
      case "manifests" -> manifests.handle(call);
      case "referrers" -> referrers.handle(call);
      default -> {
        if (!route.rest.equals("list")) {
          throw new Refusal(404, "UNSUPPORTED", "there is nothing at this path");
        }
        lists.tags(call);
      }
    }
  }

  private Call call(Exchange exchange, Route route) {
    StoredRepository repository = store.repository(route.repository);
    Right right = right(exchange.method(), route.endpoint);
    if (mirrors && right != Right.PULL) {
      throw new Refusal(405, "UNSUPPORTED", "this is a mirror: push to the registry it mirrors");
    }
    List<String> scopes =
        List.of(
            "repository:%s:%s"
                .formatted(repository.name(), right == Right.PUSH ? "pull,push" : right.word()));
    Identity who = identify(exchange, scopes);
    if (!access.allows(who, right, repository.name())) {
      // A token may be for less than its user may do; then another one helps.
      Identity unlimited = new Identity(who.user(), null);
      boolean helps = who.user() == null || access.allows(unlimited, right, repository.name());
      if (helps) {
        throw challenges.unauthorized(
            exchange,
            scopes,
            "%s of %s is not for anybody".formatted(right.word(), repository.name()));
      }
      throw new Refusal(
          403, "DENIED", "%s may not %s %s".formatted(who.user(), right.word(), repository.name()));
    }
    return new Call(exchange, who, repository, route.rest);
  }

  private static Right right(String method, String endpoint) {
    if (endpoint.equals("uploads")) {
      return Right.PUSH;
    }
    return switch (method) {
      case "GET", "HEAD" -> Right.PULL;
      case "DELETE" -> Right.DELETE;
      default -> Right.PUSH;
    };
  }

  private Identity identify(Exchange exchange, List<String> scopes) {
    try {
      return access.identify(exchange.header("Authorization").orElse(null));
    } catch (ImageException e) {
      throw challenges.unauthorized(exchange, scopes, String.valueOf(e.getMessage()));
    }
  }

  private void metrics(Exchange exchange) throws IOException {
    if (!options.metrics()) {
      throw new Refusal(404, "UNSUPPORTED", "metrics are off; --metrics turns them on");
    }
    exchange.answer(
        200, Map.of("Content-Type", "text/plain; version=0.0.4; charset=utf-8"), metrics.text());
  }

  private static void refuse(Exchange exchange, Refusal refusal) throws IOException {
    if (exchange.status() != 0) {
      throw new IOException("it went wrong in the middle of the answer", refusal);
    }
    Map<String, String> headers = new LinkedHashMap<>(refusal.headers());
    headers.put("Content-Type", Call.JSON);
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", refusal.code());
    error.put("message", refusal.message());
    byte[] body =
        JsonWriter.compact(Map.of("errors", List.of(error))).getBytes(StandardCharsets.UTF_8);
    exchange.answer(refusal.status(), headers, body);
  }
}
