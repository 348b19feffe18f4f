package io.lighter.images.registry.client;

import io.lighter.images.registry.credentials.CredentialSource;
import java.time.Duration;
import java.util.List;

/** Clients that do not wait for long. */
final class Clients {
  static final Retries QUICK = new Retries(4, Duration.ofMillis(2), Duration.ofSeconds(3));
  static final Timeouts SHORT =
      new Timeouts(Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofMillis(500));

  private Clients() {}

  static ClientOptions quick(CredentialSource credentials) {
    return ClientOptions.defaults(credentials)
        .withRetries(QUICK)
        .withTimeouts(SHORT)
        .withCertificateFolders(List.of());
  }

  static ClientOptions quick() {
    return quick(CredentialSource.ANONYMOUS);
  }
}
