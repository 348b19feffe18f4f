package io.lighter.cli.registry;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.FlagSection;
import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.images.ImageException;
import io.lighter.images.registry.client.ClientOptions;
import io.lighter.images.registry.credentials.DockerConfig;
import io.lighter.images.registry.server.RegistryConfiguration;
import io.lighter.images.registry.server.RegistryOptions;
import io.lighter.images.registry.server.RegistryOptions.Collection;
import io.lighter.images.registry.server.RegistryOptions.Origin;
import io.lighter.images.registry.server.RegistryOptions.Tls;
import io.lighter.images.registry.server.access.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.commons.cli.Option;
import org.jspecify.annotations.Nullable;

/** The flags of {@code lighter registry}, which count more than its file. */
final class RegistryFlags {
  private static final Path USUAL_ROOT = Path.of("/var/lib/lighter/registry");
  private static final String USUAL_ADDRESS = "127.0.0.1:5000";

  private RegistryFlags() {}

  static List<FlagSection> serve() {
    return List.of(
        new FlagSection(
            "Options",
            List.of(
                valued("", "config", "file", "File in YAML with all of this; flags count more"),
                valued("", "root", "dir", "Folder for everything (default " + USUAL_ROOT + ")"),
                valued("", "listen", "address", "HOST:PORT (default " + USUAL_ADDRESS + ")"),
                valued("", "url", "url", "By which clients reach it, if not by the address"),
                onOff("", "metrics", "Serve /metrics for Prometheus"),
                onOff("", "help", "Print this help"))),
        new FlagSection(
            "TLS",
            List.of(
                valued("", "tls-cert", "file", "Certificate, with its chain, in PEM"),
                valued("", "tls-key", "file", "Its key, in PEM, without a password"))),
        new FlagSection(
            "Access",
            List.of(
                valued("", "htpasswd", "file", "Accounts, as htpasswd -B writes them"),
                valued("", "auth", "scheme", "token or basic (default token)"),
                valued("", "allow", "rule", "USERS:RIGHTS:PATTERN, such as *:pull,push:team/**"))),
        new FlagSection(
            "Mirror",
            List.of(
                valued("", "mirror", "registry", "Give what another registry has, and keep it"),
                valued("", "mirror-ttl", "time", "Fetch it anew after this; 0: never (default 7d)"),
                onOff("", "mirror-insecure", "It may have any certificate, or speak plain HTTP"))),
        new FlagSection("Garbage", garbage(true)));
  }

  static List<FlagSection> collect() {
    return List.of(
        new FlagSection(
            "Options",
            List.of(
                valued("", "config", "file", "File in YAML; flags count more"),
                valued("", "root", "dir", "Folder of the registry (default " + USUAL_ROOT + ")"),
                onOff("", "help", "Print this help"))),
        new FlagSection("Garbage", garbage(false)));
  }

  private static List<Option> garbage(boolean repeated) {
    List<Option> flags = new ArrayList<>();
    if (repeated) {
      flags.add(valued("", "gc-interval", "time", "Between collections; 0s: none (default 6h)"));
    }
    flags.add(valued("", "gc-grace", "time", "For blobs that no manifest names yet (default 1d)"));
    flags.add(valued("", "gc-abandoned", "time", "For uploads that nobody ends (default 7d)"));
    return flags;
  }

  static RegistryOptions read(Flags flags) throws IOException {
    RegistryOptions options =
        RegistryOptions.open(USUAL_ROOT, RegistryConfiguration.address(USUAL_ADDRESS));
    String file = flags.last("config");
    if (file != null) {
      options = RegistryConfiguration.read(Path.of(file), options);
    }
    String root = flags.last("root");
    String url = flags.last("url");
    options =
        new RegistryOptions(
            root == null ? options.folder() : Path.of(root),
            value(flags, "listen", RegistryConfiguration::address, options.address()),
            tls(flags, options.tls()),
            url == null ? options.url() : url.replaceFirst("/+$", ""),
            options.htpasswd(),
            options.tokens(),
            options.rules(),
            mirror(flags, options.mirror()),
            flags.isOn("metrics", options.metrics()),
            collection(flags, options.collection()),
            options.patience());
    return accounts(flags, options);
  }

  private static <T> T value(Flags flags, String name, Function<String, T> reader, T absent) {
    String text = flags.last(name);
    if (text == null) {
      return absent;
    }
    try {
      return reader.apply(text);
    } catch (ImageException e) {
      throw flags.invalid(name, text, String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable Tls tls(Flags flags, @Nullable Tls absent) {
    String certificate = flags.last("tls-cert");
    String key = flags.last("tls-key");
    if (certificate == null && key == null) {
      return absent;
    }
    if (certificate == null || key == null) {
      throw new UsageException("--tls-cert and --tls-key are only good together");
    }
    return new Tls(Path.of(certificate), Path.of(key));
  }

  private static RegistryOptions accounts(Flags flags, RegistryOptions options) {
    String htpasswd = flags.last("htpasswd");
    List<Rule> rules = flags.all("allow").stream().map(text -> rule(flags, text)).toList();
    return options.withAccounts(
        htpasswd == null ? options.htpasswd() : Path.of(htpasswd),
        value(flags, "auth", RegistryConfiguration::tokens, options.tokens()),
        rules.isEmpty() ? options.rules() : rules);
  }

  private static Rule rule(Flags flags, String text) {
    String[] parts = text.split(":", 3);
    if (parts.length < 3) {
      throw flags.invalid("allow", text, "it is not of the form USERS:RIGHTS:PATTERN");
    }
    try {
      return Rule.of(List.of(parts[2]), words(parts[0]), words(parts[1]));
    } catch (ImageException e) {
      throw flags.invalid("allow", text, String.valueOf(e.getMessage()));
    }
  }

  private static List<String> words(String text) {
    return Arrays.asList(text.split(",", -1));
  }

  private static @Nullable Origin mirror(Flags flags, @Nullable Origin absent) {
    Duration ttl = duration(flags, "mirror-ttl", absent == null ? Origin.WEEK : absent.ttl());
    String domain = flags.last("mirror");
    if (domain != null) {
      DockerConfig config =
          DockerConfig.of(System.getenv(), Path.of(System.getProperty("user.home", "/")));
      ClientOptions client = ClientOptions.defaults(config);
      boolean insecure = flags.isOn("mirror-insecure", false);
      return new Origin(domain, insecure ? client.withInsecure(Set.of(domain)) : client, ttl);
    }
    if (flags.isGiven("mirror-insecure")) {
      throw new UsageException("--mirror-insecure is only good with --mirror");
    }
    if (absent != null) {
      return new Origin(absent.domain(), absent.client(), ttl);
    }
    if (flags.isGiven("mirror-ttl")) {
      throw new UsageException("--mirror-ttl is only good with --mirror");
    }
    return null;
  }

  private static Collection collection(Flags flags, Collection absent) {
    return new Collection(
        duration(flags, "gc-interval", absent.interval()),
        duration(flags, "gc-grace", absent.grace()),
        duration(flags, "gc-abandoned", absent.abandoned()));
  }

  private static Duration duration(Flags flags, String name, Duration absent) {
    return value(flags, name, RegistryConfiguration::duration, absent);
  }
}
