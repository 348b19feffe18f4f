package io.lighter.images.registry.credentials;

import org.jspecify.annotations.Nullable;

/** Finds credentials. Implementations are safe for use by several threads. */
@FunctionalInterface
public interface CredentialSource {

  /** Nobody: whatever is asked for is asked for anonymously. */
  CredentialSource ANONYMOUS = domain -> null;

  /**
   * Returns what a registry knows us by, or null.
   *
   * @param domain of the registry as references have it: {@code docker.io}, {@code localhost:5000}
   * @throws io.lighter.images.ImageException when a credential is there and cannot be read
   */
  @Nullable Credential find(String domain);
}
