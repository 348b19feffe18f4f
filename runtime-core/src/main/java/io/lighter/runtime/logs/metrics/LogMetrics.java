package io.lighter.runtime.logs.metrics;

import io.lighter.runtime.logs.ContainerLog;
import io.lighter.runtime.logs.LogPipeline;
import io.lighter.runtime.logs.LogStatistics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * The counters of the logs that are in a pipeline, each with the label {@code container}; those of
 * a container go with it. Nothing is counted for them: they are read when they are asked for.
 *
 * <pre>{@code
 * PrometheusRegistry.defaultRegistry.register(new LogMetrics(pipeline));
 * }</pre>
 *
 * <p>Immutable, thread-safe.
 *
 * @param pipeline whose logs they are
 */
public record LogMetrics(LogPipeline pipeline) implements MultiCollector {
  /** One metric. */
  private record Counter(String name, String help, ToLongFunction<LogStatistics> value) {
    CounterSnapshot snapshot(Map<String, LogStatistics> logs) {
      CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
      logs.forEach(
          (id, statistics) ->
              counter.dataPoint(
                  CounterDataPointSnapshot.builder()
                      .labels(Labels.of("container", id))
                      .value((double) value.applyAsLong(statistics))
                      .build()));
      return counter.build();
    }
  }

  private static final List<Counter> COUNTERS =
      List.of(
          new Counter(
              "lighter_log_bytes",
              "Bytes that the container wrote and that its log has taken.",
              LogStatistics::bytes),
          new Counter(
              "lighter_log_batches",
              "Batches in which the log has taken them.",
              LogStatistics::batches),
          new Counter(
              "lighter_log_dropped_lines",
              "Lines that were lost, by policy or because they could not be kept.",
              LogStatistics::droppedLines),
          new Counter(
              "lighter_log_dropped_bytes",
              "Bytes that were lost, by policy or because they could not be kept.",
              LogStatistics::droppedBytes),
          new Counter(
              "lighter_log_failures",
              "How often the log could not keep anything, or failed.",
              LogStatistics::failures));

  @Override
  public MetricSnapshots collect() {
    Map<String, LogStatistics> logs = new TreeMap<>();
    for (ContainerLog log : pipeline.logs()) {
      logs.put(log.id(), log.statistics());
    }
    MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
    COUNTERS.forEach(counter -> snapshots.metricSnapshot(counter.snapshot(logs)));
    return snapshots.build();
  }
}
