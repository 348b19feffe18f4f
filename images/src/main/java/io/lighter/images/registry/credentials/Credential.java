package io.lighter.images.registry.credentials;

/** What proves to a registry who we are. Never printed: {@code toString} hides the secret. */
public sealed interface Credential {

  /** A user name and its password, or an access token in the place of the password. */
  record Password(String user, String password) implements Credential {
    @Override
    public String toString() {
      return "password of " + user;
    }
  }

  /** An OAuth2 refresh token, which is changed for access tokens at the token endpoint. */
  record IdentityToken(String user, String token) implements Credential {
    @Override
    public String toString() {
      return "identity token of " + user;
    }
  }

  /** A bearer token that is sent to the registry as it is. */
  record RegistryToken(String token) implements Credential {
    @Override
    public String toString() {
      return "registry token";
    }
  }
}
