package io.lighter.proxy.config;

import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.IpText;
import io.lighter.proxy.service.ProxyHeaders;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the services, and sees to it that no two of them are in each other's way. */
final class ServiceFields {
  static final List<String> NAMES =
      Stream.concat(Stream.of("listen", "serverNames", "endpoints"), BehaviourFields.NAMES.stream())
          .toList();

  private static final Pattern SERVER_NAME =
      Pattern.compile(
          "(\\*\\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

  private final Behaviour usual;
  private final Tier tier;
  private final AddressClaims claims = new AddressClaims();
  private final Map<String, Field> names = new HashMap<>();
  private final List<Service> services = new ArrayList<>();

  ServiceFields(Behaviour usual, Tier tier) {
    this.usual = usual;
    this.tier = tier;
  }

  /** Returns those that could be read, in their order. */
  List<Service> services() {
    return services;
  }

  /** Returns which addresses they have. */
  AddressClaims claims() {
    return claims;
  }

  void read(String name, Field field) {
    Fields fields = field.fields(NAMES);
    Behaviour behaviour = BehaviourFields.read(fields, usual, tier);
    Set<String> serverNames = serverNames(fields);
    Map<Transport, List<Frontend>> frontends =
        frontends(fields, serverNames, behaviour.headers().receive());
    List<Endpoint> endpoints = endpoints(fields, frontends);
    for (String needed : List.of("listen", "endpoints")) {
      if (field.isMapping() && fields.get(needed).isEmpty()) {
        field.mistake("has no " + needed + hintOfListen(needed));
      }
    }
    if (frontends.containsKey(Transport.UDP) && wantsStreams(fields, serverNames, behaviour)) {
      return;
    }
    boolean both = frontends.size() > 1;
    frontends.forEach(
        (transport, list) -> {
          String full = both ? name + "/" + transport.name().toLowerCase(Locale.ROOT) : name;
          Field other = names.putIfAbsent(full, field);
          if (other != null) {
            field.mistake("becomes " + full + ", which there is already in line " + other.line());
            return;
          }
          // What all services have by default is PROXY headers of their streams.
          Behaviour own =
              transport == Transport.UDP ? behaviour.with(ProxyHeaders.NONE) : behaviour;
          field.build(() -> new Service(full, list, endpoints, own)).ifPresent(services::add);
        });
  }

  /** Notes what a service says that has no meaning for datagrams. */
  private static boolean wantsStreams(Fields fields, Set<String> serverNames, Behaviour behaviour) {
    String problem = "for TCP only: leave the udp:// addresses to another service";
    Optional<Field> names = fields.get("serverNames").filter(field -> !serverNames.isEmpty());
    Optional<Field> headers =
        fields.get("proxyProtocol").filter(field -> !behaviour.headers().equals(ProxyHeaders.NONE));
    names.ifPresent(field -> field.mistake(problem));
    headers.ifPresent(field -> field.mistake(problem));
    return names.isPresent() || headers.isPresent();
  }

  private static String hintOfListen(String needed) {
    return needed.equals("listen")
        ? ": write the addresses where clients come, as in [tcp://0.0.0.0:80]"
        : ": write where they are sent, as in [10.0.0.1:80], or [] for none yet";
  }

  private Map<Transport, List<Frontend>> frontends(
      Fields fields, Set<String> serverNames, boolean receives) {
    Map<Transport, List<Frontend>> frontends = new EnumMap<>(Transport.class);
    for (Field item : fields.list("listen")) {
      Optional<Frontend> frontend = item.parse(ServiceFields::frontend);
      if (frontend.isPresent() && claims.claim(item, frontend.get(), serverNames, receives)) {
        Transport transport = frontend.get().transport();
        frontends
            .computeIfAbsent(transport, t -> new ArrayList<>())
            .add(
                transport == Transport.TCP
                    ? new Frontend(transport, frontend.get().address(), serverNames)
                    : frontend.get());
      }
    }
    return frontends;
  }

  private static Frontend frontend(String text) {
    int scheme = text.indexOf("://");
    String word = scheme < 0 ? "tcp" : text.substring(0, scheme);
    Transport transport =
        switch (word) {
          case "tcp" -> Transport.TCP;
          case "udp" -> Transport.UDP;
          default ->
              throw new IllegalArgumentException(
                  "'%s' is none of tcp, udp%s"
                      .formatted(word, NearestWord.hint(word, List.of("tcp", "udp"))));
        };
    return new Frontend(transport, IpText.socket(scheme < 0 ? text : text.substring(scheme + 3)));
  }

  private static Set<String> serverNames(Fields fields) {
    Set<String> names = new LinkedHashSet<>();
    for (Field item : fields.list("serverNames")) {
      item.text()
          .ifPresent(
              text -> {
                String name = text.toLowerCase(Locale.ROOT);
                if (!SERVER_NAME.matcher(name).matches() || name.length() > 253) {
                  item.mistake(
                      "'" + text + "' is no name of a server: write example.org or *.example.org");
                } else if (!names.add(name)) {
                  item.mistake("'" + text + "' is there twice");
                }
              });
    }
    return names;
  }

  private static List<Endpoint> endpoints(Fields fields, Map<Transport, List<Frontend>> frontends) {
    List<InetSocketAddress> own =
        frontends.values().stream().flatMap(List::stream).map(Frontend::address).toList();
    Map<SocketAddress, Field> seen = new HashMap<>();
    List<Endpoint> endpoints = new ArrayList<>();
    for (Field item : fields.list("endpoints")) {
      endpoint(item)
          .ifPresent(
              endpoint -> {
                Field other = seen.putIfAbsent(endpoint.address(), item);
                if (other != null) {
                  item.mistake("the same endpoint is already in line " + other.line());
                } else if (own.contains(endpoint.address())) {
                  item.mistake("the service would connect to itself: it listens there");
                } else {
                  endpoints.add(endpoint);
                }
              });
    }
    return endpoints;
  }

  private static Optional<Endpoint> endpoint(Field item) {
    if (!item.isMapping()) {
      return item.parse(text -> new Endpoint(address(text)));
    }
    Fields fields = item.fields(List.of("address", "weight", "drain"));
    int weight = fields.integer("weight", 0, Endpoint.MAX_WEIGHT, 1);
    boolean draining = fields.flag("drain", false);
    if (fields.get("address").isEmpty()) {
      item.mistake("has no address");
    }
    return fields.parse("address", text -> new Endpoint(address(text), weight, draining));
  }

  private static SocketAddress address(String text) {
    if (text.startsWith("tcp://") || text.startsWith("udp://")) {
      throw new IllegalArgumentException(
          "an endpoint is spoken to as listen says: write " + text.substring("tcp://".length()));
    }
    if (!text.startsWith("unix:")) {
      return IpText.socket(text);
    }
    return UnixDomainSocketAddress.of(PathText.socket(text.substring("unix:".length())));
  }
}
