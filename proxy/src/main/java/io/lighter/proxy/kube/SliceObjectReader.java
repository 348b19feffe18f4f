package io.lighter.proxy.kube;

import io.lighter.proxy.service.IpText;
import io.lighter.proxy.service.Transport;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads EndpointSlice objects of {@code discovery.k8s.io/v1}. */
final class SliceObjectReader {
  static final String KIND = "EndpointSlice";

  private static final String SERVICE_NAME = "kubernetes.io/service-name";

  /** The label of slices of services without virtual addresses. */
  private static final String HEADLESS = "service.kubernetes.io/headless";

  private static final int MOST_PORT = 65_535;

  private SliceObjectReader() {}

  static Slice read(Map<?, ?> object) throws MalformedObjectException {
    Metadata metadata = Metadata.read(KIND, object);
    Tree tree = metadata.tree(KIND, object);
    tree.word("apiVersion", List.of("discovery.k8s.io/v1"));
    if (!tree.has("addressType")) {
      throw tree.error("addressType", "is missing");
    }
    String type = tree.word("addressType", List.of("IPv4", "IPv6", "FQDN"));
    ServiceKey service = service(metadata);
    IpFamily family = type.equals("IPv6") ? IpFamily.IPV6 : IpFamily.IPV4;
    // Names are for resolvers; kube-proxy passes them over too.
    if (type.equals("FQDN") || service == null) {
      return new Slice(metadata.namespace(), metadata.name(), null, family, List.of(), List.of());
    }
    return new Slice(
        metadata.namespace(), metadata.name(), service, family, ports(tree), members(tree, family));
  }

  private static @Nullable ServiceKey service(Metadata metadata) throws MalformedObjectException {
    Optional<String> name = metadata.labels().entry(SERVICE_NAME).filter(n -> !n.isEmpty());
    if (name.isEmpty() || metadata.isOthers() || metadata.labels().has(HEADLESS)) {
      return null;
    }
    return new ServiceKey(metadata.namespace(), name.get());
  }

  private static List<Slice.Port> ports(Tree tree) throws MalformedObjectException {
    List<Slice.Port> ports = new ArrayList<>(2);
    for (Tree port : tree.objects("ports")) {
      String protocol = port.word("protocol", List.of("TCP", "UDP", "SCTP"));
      int number = port.integer("port", 1, MOST_PORT, 0);
      // A slice may leave the number out to mean all ports, which no Service can use.
      if (number != 0 && !protocol.equals("SCTP")) {
        ports.add(new Slice.Port(port.text("name", ""), Transport.valueOf(protocol), number));
      }
    }
    return ports;
  }

  private static List<Slice.Member> members(Tree tree, IpFamily family)
      throws MalformedObjectException {
    List<Tree> endpoints = tree.objects("endpoints");
    List<Slice.Member> members = new ArrayList<>(endpoints.size());
    for (Tree endpoint : endpoints) {
      List<InetAddress> addresses = endpoint.texts("addresses", IpText::address);
      if (addresses.isEmpty()) {
        throw endpoint.error("addresses", "is empty");
      }
      // Further ones were for what nobody has written: kube-proxy uses the first too.
      InetAddress address = addresses.getFirst();
      if (IpFamily.of(address) != family || address.isAnyLocalAddress()) {
        throw endpoint.error(
            "addresses[0]",
            "is '%s': an address of an %s endpoint is expected"
                .formatted(address.getHostAddress(), family == IpFamily.IPV4 ? "IPv4" : "IPv6"));
      }
      Tree conditions = endpoint.object("conditions");
      boolean ready = conditions.flag("ready", true);
      Tree hints = endpoint.object("hints");
      members.add(
          new Slice.Member(
              address,
              ready,
              conditions.flag("serving", true),
              conditions.flag("terminating", false),
              endpoint.text("nodeName", ""),
              names(hints, "forZones"),
              names(hints, "forNodes")));
    }
    return members;
  }

  private static Set<String> names(Tree hints, String field) throws MalformedObjectException {
    if (!hints.has(field)) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    for (Tree hint : hints.objects(field)) {
      names.add(hint.text("name", ""));
    }
    return names;
  }
}
