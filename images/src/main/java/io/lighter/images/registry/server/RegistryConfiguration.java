package io.lighter.images.registry.server;

import io.lighter.images.ImageException;
import io.lighter.images.json.Fields;
import io.lighter.images.registry.client.ClientOptions;
import io.lighter.images.registry.credentials.Credential;
import io.lighter.images.registry.credentials.CredentialSource;
import io.lighter.images.registry.server.RegistryOptions.Collection;
import io.lighter.images.registry.server.RegistryOptions.Origin;
import io.lighter.images.registry.server.RegistryOptions.Tls;
import io.lighter.images.registry.server.access.Rule;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads the file that {@code docs/registry.md} describes. What is not known in it is refused. */
public final class RegistryConfiguration {
  private static final Set<String> KEYS =
      Set.of(
          "root",
          "listen",
          "url",
          "tls",
          "accounts",
          "access",
          "mirror",
          "metrics",
          "garbage",
          "patience");
  private static final Pattern ADDRESS = Pattern.compile("(.*):(\\d{1,5})");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private RegistryConfiguration() {}

  /**
   * Reads a file over what holds without it.
   *
   * @throws ImageException names the field that is wrong
   */
  public static RegistryOptions read(Path file, RegistryOptions base) throws IOException {
    Fields fields = Fields.read(file.toString(), json(file));
    known(fields, KEYS);
    RegistryOptions options =
        RegistryOptions.open(
                fields.has("root") ? Path.of(fields.text("root")) : base.folder(),
                fields.has("listen") ? address(fields.text("listen")) : base.address())
            .withUrl(fields.text("url").replaceFirst("/+$", ""))
            .withMetrics(fields.isTrue("metrics"));
    options = tls(options, fields);
    options = accounts(options, fields);
    options = mirror(options, fields);
    Fields garbage = fields.object("garbage");
    if (garbage != null) {
      known(garbage, Set.of("interval", "grace", "abandoned"));
      Collection usual = options.collection();
      options =
          options.withCollection(
              new Collection(
                  duration(garbage, "interval", usual.interval()),
                  duration(garbage, "grace", usual.grace()),
                  duration(garbage, "abandoned", usual.abandoned())));
    }
    return options.withPatience(duration(fields, "patience", options.patience()));
  }

  private static byte[] json(Path file) throws IOException {
    Object value;
    try {
      value =
          new Yaml(new SafeConstructor(new LoaderOptions()))
              .load(Files.readString(file, StandardCharsets.UTF_8));
    } catch (YAMLException e) {
      throw new ImageException(file + " is no YAML: " + e.getMessage(), e);
    }
    Object tree = value == null ? Map.of() : value;
    return JsonWriter.compact(tree).getBytes(StandardCharsets.UTF_8);
  }

  private static void known(Fields fields, Set<String> keys) {
    for (String name : fields.names()) {
      if (!keys.contains(name)) {
        throw fields.error(name, "is not known; there are " + String.join(", ", keys));
      }
    }
  }

  private static RegistryOptions tls(RegistryOptions options, Fields fields) {
    Fields tls = fields.object("tls");
    if (tls == null) {
      return options;
    }
    known(tls, Set.of("certificate", "key"));
    return options.withTls(
        new Tls(Path.of(tls.requiredString("certificate")), Path.of(tls.requiredString("key"))));
  }

  private static RegistryOptions accounts(RegistryOptions options, Fields fields) {
    List<Rule> rules =
        fields.objects(
            "access",
            rule -> {
              known(rule, Set.of("repositories", "users", "rights"));
              return Rule.of(
                  rule.strings("repositories"), rule.strings("users"), rule.strings("rights"));
            });
    Fields accounts = fields.object("accounts");
    if (accounts == null) {
      return options.withAccounts(null, true, rules);
    }
    known(accounts, Set.of("htpasswd", "scheme"));
    return options.withAccounts(
        Path.of(accounts.requiredString("htpasswd")), tokens(accounts.text("scheme")), rules);
  }

  /**
   * Reads how clients prove who they are.
   *
   * @param scheme {@code token} or {@code basic}; "" is the first
   */
  public static boolean tokens(String scheme) {
    return switch (scheme) {
      case "", "token" -> true;
      case "basic" -> false;
      default -> throw new ImageException("\"" + scheme + "\" is neither token nor basic");
    };
  }

  private static RegistryOptions mirror(RegistryOptions options, Fields fields) throws IOException {
    Fields mirror = fields.object("mirror");
    if (mirror == null) {
      return options;
    }
    known(mirror, Set.of("registry", "user", "passwordFile", "insecure", "certificates", "ttl"));
    String domain = mirror.requiredString("registry");
    CredentialSource credentials = CredentialSource.ANONYMOUS;
    if (mirror.has("user")) {
      String password =
          Files.readString(Path.of(mirror.requiredString("passwordFile")), StandardCharsets.UTF_8)
              .strip();
      Credential credential = new Credential.Password(mirror.text("user"), password);
      credentials = asked -> asked.equals(domain) ? credential : null;
    }
    ClientOptions client = ClientOptions.defaults(credentials);
    if (mirror.has("certificates")) {
      client = client.withCertificateFolders(List.of(Path.of(mirror.text("certificates"))));
    }
    if (mirror.isTrue("insecure")) {
      client = client.withInsecure(Set.of(domain));
    }
    return options.withMirror(new Origin(domain, client, duration(mirror, "ttl", Origin.WEEK)));
  }

  /**
   * Reads {@code HOST:PORT}; without a host, all addresses of the machine.
   *
   * @throws ImageException when it is no address
   */
  public static InetSocketAddress address(String text) {
    Matcher address = ADDRESS.matcher(text);
    if (!address.matches() || Integer.parseInt(address.group(2)) > 0xffff) {
      throw new ImageException("\"" + text + "\" is no address: HOST:PORT is one");
    }
    int port = Integer.parseInt(address.group(2));
    String host = address.group(1);
    InetSocketAddress found =
        host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    if (found.isUnresolved()) {
      throw new ImageException("the host of \"" + text + "\" is not known");
    }
    return found;
  }

  private static Duration duration(Fields fields, String name, Duration absent) {
    return fields.has(name) ? duration(fields.text(name)) : absent;
  }

  /**
   * Reads {@code 90s}, {@code 6h}, {@code 7d}, and {@code 0}.
   *
   * @throws ImageException when it is none
   */
  public static Duration duration(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher duration = DURATION.matcher(text);
    if (!duration.matches()) {
      throw new ImageException(
          "\"" + text + "\" is no time: a number with ms, s, m, h or d behind it is one");
    }
    long number = Long.parseLong(duration.group(1));
    return switch (duration.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
