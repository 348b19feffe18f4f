package io.lighter.images.registry.client;

import io.lighter.images.registry.credentials.CredentialSource;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How to speak to registries.
 *
 * @param credentials as whom
 * @param headers that are sent to every registry, from {@code HttpHeaders} of {@code config.json}
 * @param certificateFolders each has a folder {@code HOST[:PORT]} for a registry with certificates
 *     of its own: {@code *.crt} to trust, {@code *.cert} with {@code *.key} to show. The first
 *     folder that exists counts
 * @param mirrors of a domain ({@code docker.io}), tried in turn before it when something is pulled
 * @param insecure domains whose certificate need not be right, and which may speak plain HTTP.
 *     127.0.0.0/8, ::1 and localhost may always
 * @param timeouts for a registry that hangs
 * @param retries for one that fails
 */
public record ClientOptions(
    CredentialSource credentials,
    Map<String, String> headers,
    List<Path> certificateFolders,
    Map<String, List<URI>> mirrors,
    Set<String> insecure,
    Timeouts timeouts,
    Retries retries) {

  /** Copies the collections. */
  public ClientOptions {
    headers = Map.copyOf(headers);
    certificateFolders = List.copyOf(certificateFolders);
    mirrors = Map.copyOf(mirrors);
    insecure = Set.copyOf(insecure);
  }

  /** What Docker does when nothing is configured. */
  public static ClientOptions defaults(CredentialSource credentials) {
    Path home = Path.of(System.getProperty("user.home", "/"));
    return new ClientOptions(
        credentials,
        Map.of(),
        List.of(home.resolve(".docker/certs.d"), Path.of("/etc/docker/certs.d")),
        Map.of(),
        Set.of(),
        Timeouts.STANDARD,
        Retries.STANDARD);
  }

  public ClientOptions withHeaders(Map<String, String> value) {
    return new ClientOptions(
        credentials, value, certificateFolders, mirrors, insecure, timeouts, retries);
  }

  public ClientOptions withCertificateFolders(List<Path> value) {
    return new ClientOptions(credentials, headers, value, mirrors, insecure, timeouts, retries);
  }

  public ClientOptions withMirrors(Map<String, List<URI>> value) {
    return new ClientOptions(
        credentials, headers, certificateFolders, value, insecure, timeouts, retries);
  }

  public ClientOptions withInsecure(Set<String> value) {
    return new ClientOptions(
        credentials, headers, certificateFolders, mirrors, value, timeouts, retries);
  }

  public ClientOptions withTimeouts(Timeouts value) {
    return new ClientOptions(
        credentials, headers, certificateFolders, mirrors, insecure, value, retries);
  }

  public ClientOptions withRetries(Retries value) {
    return new ClientOptions(
        credentials, headers, certificateFolders, mirrors, insecure, timeouts, value);
  }
}
