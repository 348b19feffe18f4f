package io.lighter.proxy.metrics;

import io.lighter.proxy.LoadBalancer;
import io.lighter.proxy.LoadBalancerStatistics;
import io.lighter.proxy.ebpf.ConnectFailures;
import io.lighter.proxy.relay.RelayStatistics.OfEndpoint;
import io.lighter.proxy.relay.RelayStatistics.OfService;
import io.lighter.proxy.service.IpText;
import io.lighter.proxy.udp.UdpStatistics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * The figures of a load balancer, read when they are asked for.
 *
 * <p>Thread-safe.
 *
 * @param balancer whose figures they are
 */
public record ProxyMetrics(LoadBalancer balancer) implements MultiCollector {
  /** Upper bounds of the buckets of connect times, in microseconds. */
  private static final long[] BOUNDS = {
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000
  };

  private static final double MICROS = 1e6;

  @Override
  public MetricSnapshots collect() {
    LoadBalancerStatistics statistics = balancer.statistics();
    List<OfService> services = statistics.connections().services();
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    all.metricSnapshot(
        services(services, "lighter_proxy_connections", "Clients that came.", OfService::accepted));
    all.metricSnapshot(active(services));
    all.metricSnapshot(bytes(services));
    all.metricSnapshot(endings(services));
    all.metricSnapshot(
        single(
            "lighter_proxy_strangers",
            "Clients refused since they did not say which of several services they wanted.",
            statistics.connections().strangers()));
    all.metricSnapshot(
        single(
            "lighter_proxy_lost_log_lines",
            "How often lines of the access log could not be written.",
            statistics.connections().lostLogLines()));
    all.metricSnapshot(
        single(
            "lighter_proxy_turbo_connections",
            "Connections within this machine that skip TCP.",
            statistics.turbo().connections()));
    all.metricSnapshot(
        single(
            "lighter_proxy_turbo_given_back",
            "Directions of such connections that TCP has again, since they were not read.",
            statistics.turbo().givenBack()));
    all.metricSnapshot(connectTimes(statistics.connections().connectTimes()));
    endpoints(services, all);
    datagrams(statistics.datagrams(), all);
    return all.build();
  }

  private static CounterSnapshot services(
      List<OfService> services, String name, String help, ToLongFunction<OfService> figure) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    services.forEach(
        service ->
            counter.dataPoint(
                point(Labels.of("service", service.name()), figure.applyAsLong(service))));
    return counter.build();
  }

  private static CounterSnapshot single(String name, String help, long value) {
    return CounterSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(point(Labels.EMPTY, value))
        .build();
  }

  private static CounterDataPointSnapshot point(Labels labels, long value) {
    return CounterDataPointSnapshot.builder().labels(labels).value((double) value).build();
  }

  private static GaugeDataPointSnapshot gauge(Labels labels, double value) {
    return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private static GaugeSnapshot active(List<OfService> services) {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder()
            .name("lighter_proxy_active_connections")
            .help("Clients that are connected.");
    services.forEach(
        service -> gauge.dataPoint(gauge(Labels.of("service", service.name()), service.active())));
    return gauge.build();
  }

  private static CounterSnapshot bytes(List<OfService> services) {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder()
            .name("lighter_proxy_bytes")
            .help("Bytes passed on, to endpoints and from them.");
    for (OfService service : services) {
      counter.dataPoint(
          point(Labels.of("service", service.name(), "direction", "to"), service.bytesTo()));
      counter.dataPoint(
          point(Labels.of("service", service.name(), "direction", "from"), service.bytesFrom()));
    }
    return counter.build();
  }

  private static CounterSnapshot endings(List<OfService> services) {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder()
            .name("lighter_proxy_endings")
            .help("How connections have ended, refusals among them.");
    for (OfService service : services) {
      service
          .endings()
          .forEach(
              (ending, count) ->
                  counter.dataPoint(
                      point(
                          Labels.of("service", service.name(), "ending", ending.toString()),
                          count)));
    }
    return counter.build();
  }

  private static HistogramSnapshot connectTimes(Histogram times) {
    List<Double> bounds = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    long below = 0;
    for (long bound : BOUNDS) {
      bounds.add(bound / MICROS);
      counts.add(times.getCountBetweenValues(below, bound));
      below = times.highestEquivalentValue(bound) + 1;
    }
    bounds.add(Double.POSITIVE_INFINITY);
    counts.add(times.getTotalCount() - counts.stream().mapToLong(Long::longValue).sum());
    double sum = times.getTotalCount() * times.getMean() / MICROS;
    return HistogramSnapshot.builder()
        .name("lighter_proxy_connect_seconds")
        .help("From the beginning of a connection to an endpoint to its acceptance.")
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
                .sum(sum)
                .build())
        .build();
  }

  private void endpoints(List<OfService> services, MetricSnapshots.Builder all) {
    GaugeSnapshot.Builder up =
        GaugeSnapshot.builder()
            .name("lighter_proxy_endpoint_up")
            .help("Whether an endpoint gets connections: 0 when its check fails or it is ejected.");
    GaugeSnapshot.Builder active =
        GaugeSnapshot.builder()
            .name("lighter_proxy_endpoint_active_connections")
            .help("Connections to an endpoint, those under way among them.");
    CounterSnapshot.Builder total =
        CounterSnapshot.builder()
            .name("lighter_proxy_endpoint_connections")
            .help("Connections that an endpoint has accepted.");
    CounterSnapshot.Builder failures =
        CounterSnapshot.builder()
            .name("lighter_proxy_endpoint_failures")
            .help("Connections that an endpoint has not accepted.");
    CounterSnapshot.Builder ejections =
        CounterSnapshot.builder()
            .name("lighter_proxy_endpoint_ejections")
            .help("How often an endpoint was ejected.");
    for (OfService service : services) {
      for (OfEndpoint endpoint : service.endpoints()) {
        Labels labels = Labels.of("service", service.name(), "endpoint", shown(endpoint.address()));
        ConnectFailures inKernel = balancer.failuresInKernel(service.name(), endpoint.address());
        boolean works =
            !endpoint.ejected()
                && !inKernel.ejected()
                && balancer.isUp(service.name(), endpoint.address());
        up.dataPoint(gauge(labels, works ? 1 : 0));
        active.dataPoint(gauge(labels, endpoint.active()));
        total.dataPoint(point(labels, endpoint.total()));
        failures.dataPoint(point(labels, endpoint.failures() + inKernel.failures()));
        ejections.dataPoint(point(labels, endpoint.ejections() + inKernel.ejections()));
      }
    }
    all.metricSnapshot(up.build())
        .metricSnapshot(active.build())
        .metricSnapshot(total.build())
        .metricSnapshot(failures.build())
        .metricSnapshot(ejections.build());
  }

  private static String shown(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? IpText.of(inet) : "unix:" + address;
  }

  private record DatagramCounter(
      String name, String help, String direction, ToLongFunction<UdpStatistics> figure) {}

  private static final List<DatagramCounter> DATAGRAM_COUNTERS =
      List.of(
          new DatagramCounter("flows", "UDP clients at an endpoint.", "", UdpStatistics::flows),
          new DatagramCounter(
              "datagrams", "Datagrams that came, from either side.", "to", UdpStatistics::received),
          new DatagramCounter("datagrams", "", "from", UdpStatistics::answered),
          new DatagramCounter(
              "datagram_bytes", "What datagrams have carried.", "to", UdpStatistics::receivedBytes),
          new DatagramCounter("datagram_bytes", "", "from", UdpStatistics::answeredBytes),
          new DatagramCounter(
              "datagrams_dropped",
              "Datagrams that were not passed on.",
              "",
              UdpStatistics::dropped),
          new DatagramCounter(
              "unreachable",
              "How often nobody was at the port of a UDP endpoint.",
              "",
              UdpStatistics::unreachable));

  private static void datagrams(Map<String, UdpStatistics> services, MetricSnapshots.Builder all) {
    GaugeSnapshot.Builder open =
        GaugeSnapshot.builder()
            .name("lighter_proxy_active_flows")
            .help("UDP clients that are at an endpoint now.");
    services.forEach(
        (name, figures) -> open.dataPoint(gauge(Labels.of("service", name), figures.open())));
    all.metricSnapshot(open.build());
    for (String name : DATAGRAM_COUNTERS.stream().map(DatagramCounter::name).distinct().toList()) {
      List<DatagramCounter> same =
          DATAGRAM_COUNTERS.stream().filter(counter -> counter.name.equals(name)).toList();
      CounterSnapshot.Builder counter =
          CounterSnapshot.builder().name("lighter_proxy_" + name).help(same.getFirst().help);
      for (DatagramCounter each : same) {
        services.forEach(
            (service, figures) ->
                counter.dataPoint(
                    point(labels(service, each.direction), each.figure.applyAsLong(figures))));
      }
      all.metricSnapshot(counter.build());
    }
  }

  private static Labels labels(String service, String direction) {
    return direction.isEmpty()
        ? Labels.of("service", service)
        : Labels.of("service", service, "direction", direction);
  }
}
