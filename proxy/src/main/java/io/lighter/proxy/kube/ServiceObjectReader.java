package io.lighter.proxy.kube;

import io.lighter.proxy.service.Affinity;
import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.IpText;
import io.lighter.proxy.service.Transport;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads Service objects of {@code v1}. Only what concerns a proxy is looked at: the API server has
 * checked the rest.
 */
final class ServiceObjectReader {
  static final String KIND = "Service";

  /** Annotation: connections within the machine may skip TCP. See {@link Behaviour#turbo}. */
  static final String TURBO = "proxy.lighter.io/turbo";

  /** Annotation: another rule than by chance. */
  static final String BALANCE = "proxy.lighter.io/balance";

  /** Three hours, as the API server has it. */
  private static final int USUAL_AFFINITY = 10_800;

  private static final int MOST_PORT = 65_535;

  private final Behaviour usual;

  ServiceObjectReader(Behaviour usual) {
    this.usual = usual;
  }

  KubeService read(Map<?, ?> object) throws MalformedObjectException {
    Metadata metadata = Metadata.read(KIND, object);
    Tree tree = metadata.tree(KIND, object);
    tree.word("apiVersion", List.of("v1"));
    Tree spec = tree.object("spec");
    String type =
        spec.word("type", List.of("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"));
    List<String> warnings = new ArrayList<>();
    List<InetAddress> clusterIps = clusterIps(metadata, spec, type);
    Set<IpFamily> families = new HashSet<>(clusterIps.stream().map(IpFamily::of).toList());
    List<InetAddress> externalIps = spec.texts("externalIPs", ServiceObjectReader::unicast);
    List<InetAddress> balancerIps = balancerIps(tree);
    String title = KIND + " " + metadata.namespace() + "/" + metadata.name();
    if (!families.isEmpty()) {
      for (InetAddress address : externalIps) {
        if (!families.contains(IpFamily.of(address))) {
          warnings.add(
              "%s: its external address %s is left out, since its clusterIPs are of another family"
                  .formatted(title, address.getHostAddress()));
        }
      }
    }
    boolean balanced = type.equals("LoadBalancer");
    boolean external = balanced || type.equals("NodePort") || !externalIps.isEmpty();
    boolean internalLocal = isLocal(spec, "internalTrafficPolicy");
    boolean externalLocal = isLocal(spec, "externalTrafficPolicy") && external;
    int healthPort = spec.integer("healthCheckNodePort", 0, MOST_PORT, 0);
    return new KubeService(
        new ServiceKey(metadata.namespace(), metadata.name()),
        metadata.created(),
        clusterIps,
        externalIps,
        balancerIps,
        spec.texts("loadBalancerSourceRanges", text -> IpText.network(text.strip())),
        internalLocal,
        externalLocal,
        spec.flag("publishNotReadyAddresses", false),
        clusterIps.isEmpty() || !balanced || !externalLocal ? 0 : healthPort,
        behaviour(metadata, spec),
        ports(spec, title, warnings),
        clusterIps.isEmpty() ? List.of() : warnings);
  }

  /** Returns none for what has no virtual addresses, or is another proxy's. */
  private static List<InetAddress> clusterIps(Metadata metadata, Tree spec, String type)
      throws MalformedObjectException {
    String only = spec.text("clusterIP", "");
    if (type.equals("ExternalName") || metadata.isOthers() || only.equals("None")) {
      return List.of();
    }
    List<String> all = spec.texts("clusterIPs", text -> text);
    if (all.contains("None") || (all.isEmpty() && only.isEmpty())) {
      return List.of();
    }
    return all.isEmpty()
        ? List.of(spec.parse("clusterIP", only, ServiceObjectReader::unicast))
        : spec.texts("clusterIPs", ServiceObjectReader::unicast).stream().distinct().toList();
  }

  /** One that stands for all of the machine, or for a group, would take what is others'. */
  private static InetAddress unicast(String text) {
    InetAddress address = IpText.address(text);
    if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
      throw new IllegalArgumentException("'" + text + "' is not the address of one place");
    }
    return address;
  }

  private static List<InetAddress> balancerIps(Tree tree) throws MalformedObjectException {
    List<InetAddress> addresses = new ArrayList<>();
    for (Tree ingress : tree.object("status").object("loadBalancer").objects("ingress")) {
      String mode = ingress.word("ipMode", List.of("VIP", "Proxy"));
      String ip = ingress.text("ip", "");
      // In the mode Proxy the balancer is the client; a name without an address is for resolvers.
      if (mode.equals("VIP") && !ip.isEmpty()) {
        addresses.add(ingress.parse("ip", ip, ServiceObjectReader::unicast));
      }
    }
    return addresses;
  }

  private static boolean isLocal(Tree spec, String field) throws MalformedObjectException {
    return spec.word(field, List.of("Cluster", "Local")).equals("Local");
  }

  private Behaviour behaviour(Metadata metadata, Tree spec) throws MalformedObjectException {
    Behaviour behaviour = usual;
    if (spec.word("sessionAffinity", List.of("None", "ClientIP")).equals("ClientIP")) {
      int seconds =
          spec.object("sessionAffinityConfig")
              .object("clientIP")
              .integer("timeoutSeconds", 1, (int) Affinity.LONGEST.toSeconds(), USUAL_AFFINITY);
      behaviour = behaviour.with(new Affinity(Duration.ofSeconds(seconds)));
    }
    Tree annotations = metadata.annotations();
    if (annotations.has(BALANCE)) {
      Map<String, Balancing> words = new LinkedHashMap<>();
      for (Balancing balancing : Balancing.values()) {
        words.put(balancing.name().toLowerCase(Locale.ROOT).replace('_', '-'), balancing);
      }
      String word = annotations.word(BALANCE, List.copyOf(words.keySet()));
      behaviour = behaviour.with(words.getOrDefault(word, usual.balancing()));
    }
    if (annotations.has(TURBO)) {
      behaviour =
          behaviour.withTurbo(annotations.word(TURBO, List.of("false", "true")).equals("true"));
    }
    return behaviour;
  }

  private static List<KubeService.Port> ports(Tree spec, String title, List<String> warnings)
      throws MalformedObjectException {
    List<KubeService.Port> ports = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> numbers = new HashSet<>();
    List<Tree> trees = spec.objects("ports");
    for (Tree tree : trees) {
      String name = tree.text("name", "");
      String protocol = tree.word("protocol", List.of("TCP", "UDP", "SCTP"));
      int number = tree.integer("port", 1, MOST_PORT, 0);
      int nodePort = tree.integer("nodePort", 0, MOST_PORT, 0);
      if (number == 0) {
        throw tree.error("port", "is missing");
      }
      if (!names.add(name) || (name.isEmpty() && trees.size() > 1)) {
        throw tree.error("name", "is '" + name + "': each of several ports has its own name");
      }
      if (!numbers.add(protocol + number)) {
        throw tree.error("port", "is " + number + "/" + protocol + " again");
      }
      if (protocol.equals("SCTP")) {
        warnings.add(
            "%s: its port %s is SCTP, which is not balanced: it is left out"
                .formatted(title, name.isEmpty() ? number : name));
      } else {
        ports.add(new KubeService.Port(name, Transport.valueOf(protocol), number, nodePort));
      }
    }
    return ports;
  }
}
