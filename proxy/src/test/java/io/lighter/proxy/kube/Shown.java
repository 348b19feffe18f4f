package io.lighter.proxy.kube;

import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Services in few words, for tests: {@code default/web: tcp 10.96.0.1:80 -> 10.0.0.1:8080}. */
final class Shown {
  private Shown() {}

  static List<String> services(ServiceProxyRules rules) {
    return services(rules.table().services());
  }

  static List<String> services(Collection<Service> services) {
    return services.stream().map(Shown::service).toList();
  }

  private static String service(Service service) {
    String endpoints =
        service.endpoints().stream().map(Shown::endpoint).collect(Collectors.joining(" "));
    return "%s: %s -> %s"
        .formatted(
            service.name(),
            service.frontends().stream().map(Shown::frontend).collect(Collectors.joining(" ")),
            service.endpoints().stream().anyMatch(Endpoint::takesNew)
                ? endpoints
                : (endpoints + " " + service.behaviour().noEndpoint()).strip());
  }

  private static String frontend(Frontend frontend) {
    return frontend.transport() + " " + address(frontend.address());
  }

  private static String endpoint(Endpoint endpoint) {
    return address(endpoint.address()) + (endpoint.draining() ? "(draining)" : "");
  }

  private static String address(SocketAddress address) {
    InetSocketAddress inet = (InetSocketAddress) address;
    String host = inet.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + inet.getPort();
  }
}
