package io.lighter.proxy.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import io.lighter.proxy.http.PlainHttpServer;
import io.lighter.proxy.kube.HealthCheckNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The ports where load balancers outside ask whether this node has endpoints of a service: {@code
 * healthCheckNodePort} of Kubernetes.
 *
 * <p>The answer is as kube-proxy's (pkg/proxy/healthcheck/service_health.go). One thread changes
 * what is served.
 */
final class HealthCheckPorts implements AutoCloseable {
  private static final class Port {
    private final PlainHttpServer server;
    private volatile HealthCheckNode node;

    Port(HealthCheckNode first) throws IOException {
      node = first;
      server =
          PlainHttpServer.start(
              new InetSocketAddress(first.port()), "/", exchange -> answer(exchange, node));
    }
  }

  private final Map<Integer, Port> ports = new HashMap<>();

  /**
   * Serves these, and no others.
   *
   * @return what keeps some of them from being served
   */
  List<String> serve(List<HealthCheckNode> wanted) {
    List<String> problems = new ArrayList<>();
    Map<Integer, Port> before = new HashMap<>(ports);
    ports.clear();
    for (HealthCheckNode each : wanted) {
      Port port = before.remove(each.port());
      try {
        port = port == null ? new Port(each) : port;
        port.node = each;
        ports.put(each.port(), port);
      } catch (IOException e) {
        problems.add(
            "healthCheckNodePort %d of Service %s/%s cannot be served: %s"
                .formatted(each.port(), each.namespace(), each.name(), e.getMessage()));
      }
    }
    before.values().forEach(port -> port.server.close());
    return problems;
  }

  private static void answer(HttpExchange exchange, HealthCheckNode node) throws IOException {
    try (exchange) {
      // A name has no character that JSON would want escaped: RFC 1123 labels.
      byte[] body =
          """
          {"service":{"namespace":"%s","name":"%s"},"localEndpoints":%d,"serviceProxyHealthy":true}
          """
              .formatted(node.namespace(), node.name(), node.localEndpoints())
              .getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      exchange
          .getResponseHeaders()
          .set("X-Load-Balancing-Endpoint-Weight", String.valueOf(node.localEndpoints()));
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(node.status(true), head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void close() {
    ports.values().forEach(port -> port.server.close());
    ports.clear();
  }
}
