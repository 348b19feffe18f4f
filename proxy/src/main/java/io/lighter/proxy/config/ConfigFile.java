package io.lighter.proxy.config;

import io.lighter.proxy.kube.ProxyNode;
import io.lighter.proxy.service.AddressRange;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.IpText;
import io.lighter.proxy.service.ServiceTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/** Reads the file of {@code lighter proxy --config}: YAML 1.1, and so JSON. */
public final class ConfigFile {
  /** A larger file is refused, in bytes. */
  public static final int MOST_BYTES = 32 << 20;

  static final List<String> NAMES =
      List.of(
          "services",
          "defaults",
          "kubernetes",
          "threads",
          "tier",
          "cgroup",
          "metrics",
          "accessLog",
          "control",
          "grace",
          "backlog",
          "greeting");

  private ConfigFile() {}

  /**
   * Reads a file.
   *
   * @throws ConfigException tells everything that is wrong in it
   * @throws IOException when it cannot be read
   */
  public static ProxyConfig read(Path file) throws IOException, ConfigException {
    Reading reading = new Reading(file.toString());
    if (Files.size(file) > MOST_BYTES) {
      reading.note(1, 1, "", "the file has more than " + MOST_BYTES + " bytes");
      reading.finish();
    }
    String text = "";
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      reading.note(1, 1, "", "the file is no text in UTF-8");
      reading.finish();
    }
    return parse(file.toString(), text);
  }

  /**
   * Reads what stands in a file.
   *
   * @param file its name, for the mistakes
   * @throws ConfigException tells everything that is wrong in it
   */
  public static ProxyConfig parse(String file, String text) throws ConfigException {
    Reading reading = new Reading(file);
    Optional<Node> root = YamlText.compose(reading, text);
    reading.finish();
    if (root.isEmpty()) {
      return ProxyConfig.DEFAULT;
    }
    Fields fields = new Field(reading, "", root.get()).fields(NAMES);
    ProxyConfig usual = ProxyConfig.DEFAULT;
    Tier tier = fields.word("tier", Tier.class, usual.tier());
    int threads = fields.integer("threads", 0, ProxyConfig.MOST_THREADS, usual.threads());
    Duration grace = fields.duration("grace", usual.grace());
    ServiceFields services = services(fields, tier);
    KubernetesInput kubernetes = fields.get("kubernetes").map(ConfigFile::kubernetes).orElse(null);
    Path cgroup = path(fields, "cgroup");
    Path accessLog = path(fields, "accessLog");
    Path control = fields.parse("control", PathText::socket).orElse(null);
    int backlog = fields.integer("backlog", 1, ProxyConfig.MOST_BACKLOG, usual.backlog());
    Duration greeting = fields.duration("greeting", usual.greeting());
    InetSocketAddress metrics = fields.parse("metrics", IpText::socket).orElse(null);
    if (metrics != null) {
      fields.get("metrics").ifPresent(f -> services.claims().claimForProxy(f, metrics));
    }
    if (greeting.isZero()) {
      fields.get("greeting").ifPresent(f -> f.mistake("is longer than zero"));
    }
    if (tier == Tier.EPOLL && cgroup != null) {
      fields
          .get("cgroup")
          .ifPresent(f -> f.mistake("is for eBPF: leave it out, or write another tier"));
    }
    reading.finish();
    return new ProxyConfig(
        new ServiceTable(services.services()),
        kubernetes,
        threads,
        tier,
        cgroup,
        metrics,
        accessLog,
        control,
        grace,
        backlog,
        greeting);
  }

  private static ServiceFields services(Fields fields, Tier tier) {
    Behaviour usual =
        fields
            .get("defaults")
            .map(
                f -> BehaviourFields.read(f.fields(BehaviourFields.NAMES), Behaviour.DEFAULT, tier))
            .orElse(Behaviour.DEFAULT);
    ServiceFields services = new ServiceFields(usual, tier);
    fields
        .get("services")
        .map(field -> field.fields().all())
        .orElse(Map.of())
        .forEach(
            (name, field) -> {
              if (name.isBlank()) {
                field.mistake("a service needs a name");
              } else {
                services.read(name, field);
              }
            });
    return services;
  }

  private static @Nullable KubernetesInput kubernetes(Field field) {
    Fields fields =
        field.fields(List.of("manifests", "node", "zone", "addresses", "nodePortAddresses"));
    List<Path> manifests = new ArrayList<>();
    for (Field item : fields.list("manifests")) {
      item.parse(PathText::file).ifPresent(manifests::add);
    }
    if (fields.get("manifests").isEmpty()) {
      field.mistake("has no manifests: write the files or folders with the objects");
    }
    List<InetAddress> addresses = new ArrayList<>();
    for (Field item : fields.list("addresses")) {
      item.parse(IpText::address).ifPresent(addresses::add);
    }
    List<AddressRange> ranges = new ArrayList<>();
    for (Field item : fields.list("nodePortAddresses")) {
      item.parse(IpText::range).ifPresent(ranges::add);
    }
    String name = fields.get("node").flatMap(Field::text).orElse("");
    String zone = fields.get("zone").flatMap(Field::text).orElse("");
    return field
        .build(() -> new ProxyNode(name, zone, addresses, ranges))
        .filter(node -> !manifests.isEmpty())
        .map(node -> new KubernetesInput(manifests, node))
        .orElse(null);
  }

  private static @Nullable Path path(Fields fields, String name) {
    return fields.parse(name, PathText::file).orElse(null);
  }
}
