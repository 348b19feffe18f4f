package io.lighter.images.registry.server;

import io.lighter.images.registry.client.ClientOptions;
import io.lighter.images.registry.server.access.Rule;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a registry is served.
 *
 * @param folder where it keeps everything; private to the user
 * @param address to listen at; port 0 for any
 * @param tls certificate and key, or null for plain HTTP
 * @param url by which clients reach it, without a slash at the end; "" for the one they have used
 * @param htpasswd file of accounts, or null for none
 * @param tokens whether clients are told to get tokens, or to send passwords each time
 * @param rules of access; empty for everything for everybody, or for everybody with an account
 * @param mirror of another registry, or null
 * @param metrics whether {@code /metrics} is there
 * @param collection of garbage
 * @param patience with clients that neither send nor take anything
 */
public record RegistryOptions(
    Path folder,
    InetSocketAddress address,
    @Nullable Tls tls,
    String url,
    @Nullable Path htpasswd,
    boolean tokens,
    List<Rule> rules,
    @Nullable Origin mirror,
    boolean metrics,
    Collection collection,
    Duration patience) {

  /** The usual grace: longer than a push takes. */
  public static final Collection DAILY =
      new Collection(Duration.ofHours(6), Duration.ofDays(1), Duration.ofDays(7));

  /** Copies the rules. */
  public RegistryOptions {
    rules = List.copyOf(rules);
  }

  /** A registry on plain HTTP for everybody who reaches the address. */
  public static RegistryOptions open(Path folder, InetSocketAddress address) {
    return new RegistryOptions(
        folder,
        address,
        null,
        "",
        null,
        true,
        List.of(),
        null,
        false,
        DAILY,
        Duration.ofSeconds(60));
  }

  /** Files in PEM. */
  public record Tls(Path certificate, Path key) {}

  /**
   * A registry that is mirrored.
   *
   * @param domain of it as references have it
   * @param client how to speak to it
   * @param ttl what was fetched so long ago is removed, and fetched anew when somebody wants it;
   *     zero for never
   */
  public record Origin(String domain, ClientOptions client, Duration ttl) {
    /** The usual time, which is that of Docker's registry. */
    public static final Duration WEEK = Duration.ofDays(7);

    /** Before which something must have been fetched to be removed now; null for never. */
    public @Nullable Instant expiring(Instant now) {
      return ttl.isZero() ? null : now.minus(ttl);
    }
  }

  /**
   * When garbage is collected.
   *
   * @param interval between collections; zero for never
   * @param grace of blobs that no manifest refers to yet
   * @param abandoned after this an upload is removed that nobody goes on with
   */
  public record Collection(Duration interval, Duration grace, Duration abandoned) {}

  public RegistryOptions withAccounts(@Nullable Path file, boolean byTokens, List<Rule> newRules) {
    return new RegistryOptions(
        folder, address, tls, url, file, byTokens, newRules, mirror, metrics, collection, patience);
  }

  public RegistryOptions withTls(@Nullable Tls value) {
    return new RegistryOptions(
        folder,
        address,
        value,
        url,
        htpasswd,
        tokens,
        rules,
        mirror,
        metrics,
        collection,
        patience);
  }

  public RegistryOptions withUrl(String value) {
    return new RegistryOptions(
        folder,
        address,
        tls,
        value,
        htpasswd,
        tokens,
        rules,
        mirror,
        metrics,
        collection,
        patience);
  }

  public RegistryOptions withMirror(@Nullable Origin value) {
    return new RegistryOptions(
        folder, address, tls, url, htpasswd, tokens, rules, value, metrics, collection, patience);
  }

  public RegistryOptions withMetrics(boolean value) {
    return new RegistryOptions(
        folder, address, tls, url, htpasswd, tokens, rules, mirror, value, collection, patience);
  }

  public RegistryOptions withCollection(Collection value) {
    return new RegistryOptions(
        folder, address, tls, url, htpasswd, tokens, rules, mirror, metrics, value, patience);
  }

  public RegistryOptions withPatience(Duration value) {
    return new RegistryOptions(
        folder, address, tls, url, htpasswd, tokens, rules, mirror, metrics, collection, value);
  }
}
