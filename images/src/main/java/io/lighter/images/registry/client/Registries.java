package io.lighter.images.registry.client;

import io.lighter.images.reference.Reference;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All registries: keeps connections, tokens and what was learned of each until it is closed. Safe
 * for use by several threads.
 */
public final class Registries implements AutoCloseable {
  /** A mirror is passed over soon: there is the registry behind it. */
  private static final int ATTEMPTS_AT_MIRROR = 2;

  private final ClientOptions options;
  private final Transport transport;
  private final Map<String, RemoteRegistry> registries = new ConcurrentHashMap<>();
  private final Map<URI, RemoteRegistry> mirrors = new ConcurrentHashMap<>();

  private Registries(ClientOptions options) {
    this.options = options;
    this.transport = new Transport(options);
  }

  /** Contacts nobody yet. */
  public static Registries open(ClientOptions options) {
    return new Registries(options);
  }

  /** Returns the repository of an image; what is pulled from it comes from a mirror if it can. */
  public RemoteRepository repository(Reference reference) {
    RemoteRepository own = registry(reference.domain()).repository(reference.path());
    List<URI> urls = options.mirrors().getOrDefault(reference.domain(), List.of());
    if (urls.isEmpty()) {
      return own;
    }
    List<RemoteRepository> sources = new ArrayList<>();
    for (URI url : urls) {
      sources.add(mirrors.computeIfAbsent(url, this::mirror).repository(reference.path()));
    }
    sources.add(own);
    return new MirroredRepository(sources);
  }

  /**
   * Returns a registry.
   *
   * @param domain as references have it: {@code docker.io}, {@code localhost:5000}
   */
  public RemoteRegistry registry(String domain) {
    return registries.computeIfAbsent(
        domain, name -> new RemoteRegistry(name, null, transport, options));
  }

  private RemoteRegistry mirror(URI url) {
    Retries retries = options.retries();
    Retries fewer =
        new Retries(
            Math.min(retries.attempts(), ATTEMPTS_AT_MIRROR), retries.first(), retries.longest());
    return new RemoteRegistry(url.getAuthority(), url, transport, options.withRetries(fewer));
  }

  /** Breaks off whatever is still being transferred. */
  @Override
  public void close() {
    transport.close();
  }
}
