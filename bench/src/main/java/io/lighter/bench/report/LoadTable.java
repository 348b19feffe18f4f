package io.lighter.bench.report;

import java.util.ArrayList;
import java.util.List;

/** All subjects under one load, a row each. */
final class LoadTable {
  private LoadTable() {}

  static String of(List<SubjectData> subjects, String load) {
    List<List<String>> rows = new ArrayList<>();
    for (SubjectData subject : subjects) {
      Series series = subject.under(load);
      if (series != null) {
        rows.add(row(subject.name(), series));
      }
    }
    return Text.table(
        List.of(
            "ms",
            "starts",
            "min",
            "p50",
            "p90",
            "p99",
            "p99.9",
            "max",
            "to exec, p50",
            "clean-up, p50",
            "p50 by round",
            "starts/s",
            "CPU",
            "machine"),
        rows);
  }

  private static List<String> row(String name, Series series) {
    Percentiles whole = series.whole();
    Percentiles toExec = series.toExec();
    return List.of(
        name,
        String.valueOf(whole.count()),
        Text.millis(whole.min()),
        Text.millis(whole.p50()),
        Text.millis(whole.p90()),
        Text.millis(whole.p99()),
        Text.millis(whole.p999()),
        Text.millis(whole.max()),
        toExec == null ? "" : Text.millis(toExec.p50()),
        Text.millis(series.cleanUp().p50()),
        spread(series.roundMedians()),
        Text.whole(Math.round(series.startsPerSecond())),
        Text.millis(Math.round(series.cpuMicros() * 1e3)),
        Text.millis(Math.round(series.machineCpuMicros() * 1e3)));
  }

  private static String spread(List<Long> medians) {
    long low = medians.stream().mapToLong(Long::longValue).min().orElse(0);
    long high = medians.stream().mapToLong(Long::longValue).max().orElse(0);
    return Text.millis(low) + " to " + Text.millis(high);
  }
}
