package io.lighter.proxy.metrics;

import com.sun.net.httpserver.HttpExchange;
import io.lighter.proxy.http.PlainHttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;

/** Hands out metrics at {@code /metrics}, in Prometheus' text format. */
public final class MetricsServer implements AutoCloseable {
  private static final PrometheusTextFormatWriter WRITER =
      PrometheusTextFormatWriter.builder().build();

  private static final Logger LOGGER = System.getLogger(MetricsServer.class.getName());

  private final PlainHttpServer server;

  private MetricsServer(PlainHttpServer server) {
    this.server = server;
  }

  /**
   * Serves.
   *
   * @throws IOException when the address cannot be had
   */
  public static MetricsServer start(InetSocketAddress address, MultiCollector metrics)
      throws IOException {
    try {
      return new MetricsServer(
          PlainHttpServer.start(address, "/metrics", exchange -> answer(exchange, metrics)));
    } catch (IOException e) {
      throw new IOException("metrics cannot be served at " + address + ": " + e.getMessage(), e);
    }
  }

  private static void answer(HttpExchange exchange, MultiCollector metrics) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().matches("GET|HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      try {
        WRITER.write(text, metrics.collect());
      } catch (RuntimeException e) {
        LOGGER.log(Level.WARNING, "metrics cannot be read", e);
        exchange.sendResponseHeaders(500, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", WRITER.getContentType());
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(200, head ? -1 : text.size());
      if (!head) {
        text.writeTo(exchange.getResponseBody());
      }
    }
  }

  /** Returns where it is. */
  public InetSocketAddress address() {
    return server.address();
  }

  @Override
  public void close() {
    server.close();
  }
}
