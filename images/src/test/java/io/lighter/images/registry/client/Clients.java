package io.lighter.images.registry.client;

import io.lighter.images.registry.credentials.CredentialSource;
import java.time.Duration;
import java.util.List;

/** Clients that try again at once. */
final class Clients {
  private static final Retries QUICK = new Retries(4, Duration.ofMillis(2), Duration.ofSeconds(3));
  private static final Timeouts SHORT =
      new Timeouts(Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofMillis(500));

  /** For servers that answer, on a machine that does much else. */
  private static final Timeouts PATIENT =
      new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30));

  private Clients() {}

  static ClientOptions quick(CredentialSource credentials) {
    return ClientOptions.defaults(credentials)
        .withRetries(QUICK)
        .withTimeouts(PATIENT)
        .withCertificateFolders(List.of());
  }

  /** One that does not wait for long either. */
  static ClientOptions impatient() {
    return quick().withTimeouts(SHORT);
  }

  static ClientOptions quick() {
    return quick(CredentialSource.ANONYMOUS);
  }
}
