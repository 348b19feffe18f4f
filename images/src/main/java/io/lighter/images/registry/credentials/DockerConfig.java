package io.lighter.images.registry.credentials;

import io.lighter.images.ImageException;
import io.lighter.images.json.Fields;
import io.lighter.images.reference.Reference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code config.json} of Docker's commands, as far as it is about registries. All else in
 * it stays as it is. It is read each time, so that what others write counts. Thread-safe.
 *
 * <p>To log in: {@code config.store(domain, registries.registry(domain).login(credential))}; to log
 * out: {@link #erase}.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/login/#credential-stores">Credential
 *     stores</a>
 */
public final class DockerConfig implements CredentialSource {
  /** By which Docker Hub is known in the file, for ever. */
  private static final String HUB_KEY = "https://index.docker.io/v1/";

  private final Path file;

  private DockerConfig(Path file) {
    this.file = file;
  }

  /** The file that Docker's commands use: in {@code $DOCKER_CONFIG}, or in {@code ~/.docker}. */
  public static DockerConfig of(Map<String, String> environment, Path home) {
    String folder = environment.getOrDefault("DOCKER_CONFIG", "");
    return at(
        (folder.isEmpty() ? home.resolve(".docker") : Path.of(folder)).resolve("config.json"));
  }

  /** A file, which need not be there. */
  public static DockerConfig at(Path file) {
    return new DockerConfig(file);
  }

  /** By which key a registry is known in the file and to helpers. */
  public static String key(String domain) {
    return domain.equals(Reference.DEFAULT_DOMAIN) || domain.equals("index.docker.io")
        ? HUB_KEY
        : domain;
  }

  public Path file() {
    return file;
  }

  private Fields read() {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      bytes = new byte[0];
    } catch (IOException e) {
      throw new ImageException(file + " cannot be read: " + e.getMessage(), e);
    }
    boolean empty = new String(bytes, StandardCharsets.UTF_8).isBlank();
    return Fields.read(file.toString(), empty ? "{}".getBytes(StandardCharsets.UTF_8) : bytes);
  }

  /** What {@code HttpHeaders} says is to be sent to registries. */
  public Map<String, String> headers() {
    return read().stringMap("HttpHeaders");
  }

  @Override
  public @Nullable Credential find(String domain) {
    Fields config = read();
    String key = key(domain);
    CredentialHelper helper = helper(config, key);
    if (helper != null) {
      return helper.get(key);
    }
    Fields auths = config.object("auths");
    Fields entry = auths == null ? null : entry(auths, key);
    return entry == null ? null : credential(key, entry);
  }

  /** Helpers for one registry come before the one for all. */
  private static @Nullable CredentialHelper helper(Fields config, String key) {
    Fields helpers = config.object("credHelpers");
    String own = helpers == null ? "" : helpers.text(key);
    String name = own.isEmpty() ? config.text("credsStore") : own;
    return name.isEmpty() ? null : new CredentialHelper(name);
  }

  /** Also under a key that older versions have written: {@code https://HOST/v1/}. */
  private static @Nullable Fields entry(Fields auths, String key) {
    Fields exact = auths.object(key);
    if (exact != null) {
      return exact;
    }
    String host = host(key);
    for (String other : auths.names()) {
      if (host(other).equals(host)) {
        return auths.object(other);
      }
    }
    return null;
  }

  private static String host(String key) {
    return key.replaceFirst("^https?://", "").replaceFirst("/.*", "");
  }

  private static @Nullable Credential credential(String key, Fields entry) {
    String user = entry.text("username");
    String password = entry.text("password");
    String auth = entry.text("auth");
    if (!auth.isEmpty()) {
      String pair = decode(key, auth);
      int colon = pair.indexOf(':');
      if (colon < 0) {
        throw new ImageException("the auth of " + key + " in config.json is not USER:PASSWORD");
      }
      user = pair.substring(0, colon);
      // Docker's first version padded it with NULs.
      password = pair.substring(colon + 1).replaceFirst("\0+$", "");
    }
    if (!entry.text("identitytoken").isEmpty()) {
      return new Credential.IdentityToken(user, entry.text("identitytoken"));
    }
    if (!entry.text("registrytoken").isEmpty()) {
      return new Credential.RegistryToken(entry.text("registrytoken"));
    }
    return user.isEmpty() && password.isEmpty() ? null : new Credential.Password(user, password);
  }

  private static String decode(String key, String auth) {
    try {
      return new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ImageException("the auth of " + key + " in config.json is not in base64", e);
    }
  }

  /** The users that are logged in, by registry, as far as the file and its helpers tell. */
  public Map<String, String> users() {
    Fields config = read();
    Map<String, String> users = new LinkedHashMap<>();
    String store = config.text("credsStore");
    if (!store.isEmpty()) {
      users.putAll(new CredentialHelper(store).list());
    }
    Fields auths = config.object("auths");
    Set<String> keys = auths == null ? Set.of() : auths.names();
    for (String key : keys) {
      if (!users.containsKey(key)
          && find(key.equals(HUB_KEY) ? Reference.DEFAULT_DOMAIN : key)
              instanceof Credential.Password password) {
        users.put(key, password.user());
      }
    }
    return users;
  }

  /**
   * Keeps a credential: in the helper, if there is one, or else in the file, in base64.
   *
   * @return whether it is in the file, for everybody to read who may read that
   */
  public boolean store(String domain, Credential credential) {
    String key = key(domain);
    CredentialHelper helper = helper(read(), key);
    Map<String, Object> entry = new LinkedHashMap<>();
    if (helper != null) {
      helper.store(key, credential);
    } else {
      fill(entry, credential);
    }
    ConfigFile.change(
        file, auths -> auths.put(key, entry)); // Empty for a helper, as Docker's commands have it.
    return helper == null;
  }

  private static void fill(Map<String, Object> entry, Credential credential) {
    switch (credential) {
      case Credential.Password password ->
          entry.put("auth", encode(password.user() + ":" + password.password()));
      case Credential.IdentityToken token -> {
        entry.put("auth", encode(token.user() + ":"));
        entry.put("identitytoken", token.token());
      }
      case Credential.RegistryToken token -> entry.put("registrytoken", token.token());
    }
  }

  private static String encode(String pair) {
    return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Forgets a credential.
   *
   * @return whether there was one in the file
   */
  public boolean erase(String domain) {
    String key = key(domain);
    Fields config = read();
    CredentialHelper helper = helper(config, key);
    if (helper != null) {
      helper.erase(key);
    }
    Fields auths = config.object("auths");
    if (auths == null) {
      return false;
    }
    Set<String> stale = new LinkedHashSet<>(auths.names());
    stale.removeIf(other -> !host(other).equals(host(key)));
    if (!stale.isEmpty()) {
      ConfigFile.change(file, entries -> stale.forEach(entries::remove));
    }
    return !stale.isEmpty();
  }
}
