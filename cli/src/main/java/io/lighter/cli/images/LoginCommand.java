package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.credentials.Credential;
import io.lighter.images.registry.credentials.DockerConfig;
import io.lighter.linux.Fd;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.cli.Option;
import org.jspecify.annotations.Nullable;

/** {@code lighter login}. */
final class LoginCommand implements ImageCommand {
  @Override
  public String usage() {
    return "login [OPTIONS] [SERVER]";
  }

  @Override
  public String description() {
    return "Authenticate to a registry";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        valued("p", "password", "string", "Password or access token"),
        onOff("", "password-stdin", "Take the password from standard input"),
        valued("u", "username", "string", "User name"));
  }

  @Override
  public int least() {
    return 0;
  }

  @Override
  public int most() {
    return 1;
  }

  @Override
  public int run(Flags flags, ImageSession session) throws IOException {
    String domain =
        flags.operands().isEmpty() ? Reference.DEFAULT_DOMAIN : domain(flags.operands().getFirst());
    DockerConfig config = RegistryAccess.credentials(session);
    Credential given = credential(flags, session, config, domain);
    try (Registries registries = RegistryAccess.open(session)) {
      Credential kept = registries.registry(domain).login(given);
      if (config.store(domain, kept)) {
        session
            .err()
            .println(
                "WARNING! Your credentials are stored unencrypted in '" + config.file() + "'.");
      }
    }
    session.out().println("Login Succeeded");
    return 0;
  }

  /** People type URLs, too. */
  static String domain(String server) {
    String bare = server.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    return bare.equals("index.docker.io") || bare.equals("registry-1.docker.io")
        ? Reference.DEFAULT_DOMAIN
        : bare;
  }

  private static Credential credential(
      Flags flags, ImageSession session, DockerConfig config, String domain) throws IOException {
    String user = flags.last("username");
    String password = flags.last("password");
    boolean fromInput = flags.isOn("password-stdin", false);
    if (fromInput && password != null) {
      throw new UsageException("--password and --password-stdin are mutually exclusive");
    }
    if (fromInput && user == null) {
      throw new UsageException("Must provide --username with --password-stdin");
    }
    if (password != null) {
      session
          .err()
          .println("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
    }
    if (fromInput) {
      password =
          new String(session.in().readAllBytes(), StandardCharsets.UTF_8)
              .replaceFirst("[\\r\\n]+$", "");
    }
    if (user == null && password == null) {
      Credential known = config.find(domain);
      if (known != null) {
        session.out().println("Authenticating with existing credentials...");
        return known;
      }
    }
    return asked(session, user, password);
  }

  private static Credential asked(
      ImageSession session, @Nullable String user, @Nullable String password) {
    String name = user;
    String secret = password;
    if (name == null || secret == null) {
      Console console = session.isTerminal(Fd.STANDARD_INPUT) ? System.console() : null;
      if (console == null) {
        throw new UsageException(
            "cannot perform an interactive login from a non TTY device: give --username and"
                + " --password-stdin");
      }
      name = name == null ? console.readLine("Username: ") : name;
      secret = secret == null ? typed(console) : secret;
    }
    if (name == null || name.isBlank()) {
      throw new UsageException("username is required");
    }
    if (secret.isEmpty()) {
      throw new UsageException("password is required");
    }
    return new Credential.Password(name.strip(), secret);
  }

  private static String typed(Console console) {
    char[] typed = console.readPassword("Password: ");
    return typed == null ? "" : new String(typed);
  }
}
