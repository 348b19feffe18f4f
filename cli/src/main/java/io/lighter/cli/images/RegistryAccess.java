package io.lighter.cli.images;

import io.lighter.images.registry.client.ClientOptions;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.credentials.CredentialSource;

/** Registries as this user may use them. */
public final class RegistryAccess {
  private RegistryAccess() {}

  /** Opens them. */
  public static Registries open(ImageSession session) {
    return Registries.open(ClientOptions.defaults(CredentialSource.ANONYMOUS));
  }
}
