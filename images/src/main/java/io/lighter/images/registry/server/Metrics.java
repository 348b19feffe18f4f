package io.lighter.images.registry.server;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.DoubleSupplier;

/** What the registry counts, in the text format of Prometheus. Thread-safe. */
final class Metrics {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter requests =
      Counter.builder()
          .name("lighter_registry_requests_total")
          .help("Requests answered.")
          .labelNames("endpoint", "method", "status")
          .register(registry);
  private final Histogram durations =
      Histogram.builder()
          .name("lighter_registry_request_duration_seconds")
          .help("From the head of a request to the end of its answer.")
          .labelNames("endpoint", "method")
          .classicUpperBounds(.001, .005, .025, .1, .5, 2.5, 10, 60, 300)
          .classicOnly()
          .register(registry);
  private final Gauge running =
      Gauge.builder()
          .name("lighter_registry_requests_running")
          .help("Requests that are being answered.")
          .register(registry);
  private final Counter mirrored =
      Counter.builder()
          .name("lighter_registry_mirror_requests_total")
          .help("What was asked of the mirror, and whether it was here already.")
          .labelNames("kind", "here")
          .register(registry);
  private final Counter collections =
      Counter.builder()
          .name("lighter_registry_collections_total")
          .help("Collections of garbage.")
          .register(registry);
  private final Counter reclaimed =
      Counter.builder()
          .name("lighter_registry_reclaimed_bytes_total")
          .help("Content that collections of garbage have removed.")
          .register(registry);

  Metrics(DoubleSupplier uploads) {
    GaugeWithCallback.builder()
        .name("lighter_registry_uploads")
        .help("Uploads that were begun and are not finished.")
        .callback(callback -> callback.call(uploads.getAsDouble()))
        .register(registry);
  }

  void begun() {
    running.inc();
  }

  void answered(String endpoint, String method, int status, long nanos) {
    running.dec();
    requests.labelValues(endpoint, method, String.valueOf(status)).inc();
    durations.labelValues(endpoint, method).observe(nanos / 1e9);
  }

  void mirrored(String kind, boolean here) {
    mirrored.labelValues(kind, String.valueOf(here)).inc();
  }

  void collected(long bytes) {
    collections.inc();
    reclaimed.inc(bytes);
  }

  byte[] text() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
    return out.toByteArray();
  }
}
