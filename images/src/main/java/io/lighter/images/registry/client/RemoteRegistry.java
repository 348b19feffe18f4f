package io.lighter.images.registry.client;

import io.lighter.images.json.Fields;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.RegistryException.Kind;
import io.lighter.images.registry.credentials.Credential;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One registry. Safe for use by several threads. */
public final class RemoteRegistry {
  /** Where Docker Hub answers, which has another name than its images. */
  private static final String HUB_HOST = "registry-1.docker.io";

  private static final Set<String> CATALOG = Set.of("registry:catalog:*");

  private final String domain;
  private final @Nullable URI fixed;
  private final Transport transport;
  private final ClientOptions options;
  private @Nullable Endpoint endpoint;

  RemoteRegistry(String domain, @Nullable URI fixed, Transport transport, ClientOptions options) {
    this.domain = domain;
    this.fixed = fixed;
    this.transport = transport;
    this.options = options;
  }

  /** As references have it. */
  public String domain() {
    return domain;
  }

  /**
   * Returns a repository, which need not exist.
   *
   * @throws io.lighter.images.ImageException when the path can be none
   */
  public RemoteRepository repository(String path) {
    return new HttpRepository(this, new Reference(domain, path, null, null).path());
  }

  /**
   * Proves who we are.
   *
   * @return what to keep for later: an identity token, when the registry gives one, or else what
   *     was given
   */
  public Credential login(Credential credential) {
    Endpoint here = endpoint();
    Request ping = new Request("login at " + domain, "GET", here.uri(""), Map.of(), Set.of());
    // The challenge can have changed since it was learned, and without one there is no proof.
    Credential kept = here.authorizer().login(credential);
    here.get(ping, Response::status);
    return kept;
  }

  /** Lists all repositories that there are and we may see, in the registry's order. */
  public List<String> catalog() {
    return pages(
        new Request(
            "the catalog of " + domain,
            "GET",
            endpoint().uri("_catalog?n=1000"),
            Map.of("Accept", "application/json"),
            CATALOG),
        "repositories");
  }

  /**
   * Looks for repositories by words.
   *
   * @param limit of results, from 1 to 100
   */
  public List<SearchResult> search(String term, int limit) {
    return HubSearch.search(domain, endpoint(), term, limit);
  }

  List<String> pages(Request request, String field) {
    List<String> all = new ArrayList<>();
    new Pages(endpoint())
        .read(
            request,
            (response, body) -> all.addAll(Fields.read(request.what(), body).strings(field)));
    return all;
  }

  /** Finds out by which scheme the registry answers, on first use. */
  synchronized Endpoint endpoint() {
    Endpoint known = endpoint;
    if (known == null) {
      known = find();
      endpoint = known;
    }
    return known;
  }

  private Endpoint find() {
    URI url = fixed;
    if (url != null) {
      return endpoint(URI.create(url.toString().replaceFirst("/+(v2/*)?$", "")));
    }
    String host = domain.equals(Reference.DEFAULT_DOMAIN) ? HUB_HOST : domain;
    boolean plain =
        options.insecure().contains(domain)
            || LoopbackHosts.contains(host.replaceFirst(":\\d+$", ""));
    Attempts attempts = new Attempts(options.retries());
    while (true) {
      Endpoint https = endpoint(URI.create("https://" + host));
      IOException refusal = ping(https);
      if (refusal == null) {
        return https;
      }
      if (plain) {
        Endpoint http = endpoint(URI.create("http://" + host));
        IOException second = ping(http);
        if (second == null) {
          return http;
        }
        refusal.addSuppressed(second);
      }
      if (isFinal(refusal)) {
        throw new RegistryException(
            Kind.UNAVAILABLE,
            "the registry %s cannot be reached: %s%s"
                .formatted(domain, Attempts.reason(refusal), hint(refusal, plain)),
            refusal);
      }
      attempts.failed("the registry " + domain, refusal);
    }
  }

  private Endpoint endpoint(URI base) {
    boolean plain = "http".equals(base.getScheme());
    Tokens tokens = new Tokens(transport, options.retries());
    Authorizer authorizer = new Authorizer(domain, options.credentials(), tokens, plain);
    return new Endpoint(base, transport, authorizer, options);
  }

  private @Nullable IOException ping(Endpoint candidate) {
    Request ping =
        new Request("the registry " + domain, "GET", candidate.uri(""), Map.of(), Set.of());
    try (Response response = transport.send(ping, null)) {
      candidate.authorizer().learn(response);
      return null;
    } catch (IOException e) {
      return e;
    }
  }

  /** A host that was never reached is more likely misspelt than down for a moment. */
  private static boolean isFinal(IOException refusal) {
    return refusal instanceof ConnectException
        || refusal instanceof SSLException
        || refusal instanceof HttpTimeoutException;
  }

  private String hint(IOException refusal, boolean plain) {
    if (!(refusal instanceof SSLException) || plain) {
      return "";
    }
    String text = String.valueOf(refusal.getMessage());
    return text.contains("plaintext")
        ? "; it speaks plain HTTP: configure it as an insecure registry if that is right"
        : "; a certificate to trust belongs into "
            + options.certificateFolders().stream()
                .reduce((first, last) -> last)
                .map(folder -> folder.resolve(domain).resolve("ca.crt").toString())
                .orElse("a folder of certificates");
  }
}
