package io.lighter.cli.images;

import io.lighter.cli.flags.UsageException;
import io.lighter.images.registry.client.ClientOptions;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.credentials.DockerConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Registries as this user may use them: with the credentials of Docker's {@code config.json}, and
 * what the environment says of mirrors and of registries without TLS.
 *
 * <p>{@code LIGHTER_MIRRORS} is a list of {@code DOMAIN=URL} parted by blanks, {@code
 * LIGHTER_INSECURE_REGISTRIES} one of domains: what {@code registry-mirrors} and {@code
 * insecure-registries} are to dockerd.
 */
public final class RegistryAccess {
  private static final String MIRRORS = "LIGHTER_MIRRORS";
  private static final String INSECURE = "LIGHTER_INSECURE_REGISTRIES";

  private RegistryAccess() {}

  static DockerConfig credentials(ImageSession session) {
    String home = session.variables().getOrDefault("HOME", System.getProperty("user.home", "/"));
    return DockerConfig.of(session.variables(), Path.of(home));
  }

  /** Opens them. */
  public static Registries open(ImageSession session) {
    DockerConfig config = credentials(session);
    return Registries.open(
        ClientOptions.defaults(config)
            .withHeaders(config.headers())
            .withMirrors(mirrors(session.variables()))
            .withInsecure(Set.copyOf(words(session.variables().get(INSECURE)))));
  }

  private static Map<String, List<URI>> mirrors(Map<String, String> variables) {
    Map<String, List<URI>> mirrors = new LinkedHashMap<>();
    for (String mirror : words(variables.get(MIRRORS))) {
      int equals = mirror.indexOf('=');
      if (equals < 1) {
        throw new UsageException(MIRRORS + ": \"" + mirror + "\" is not DOMAIN=URL");
      }
      mirrors
          .computeIfAbsent(mirror.substring(0, equals), _ -> new ArrayList<>())
          .add(URI.create(mirror.substring(equals + 1)));
    }
    return mirrors;
  }

  private static List<String> words(@Nullable String text) {
    return text == null || text.isBlank() ? List.of() : List.of(text.trim().split("\\s+"));
  }
}
