package io.lighter.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** A made-up run, small and round, for the tests of this package. */
final class SampleData {

  private SampleData() {}

  static StartData sample() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("date", "2026-01-02T03:04:05Z");
    facts.put("kernel", "6.18");
    return new StartData(
        new Fingerprint(facts),
        4,
        List.of(
            subject("floor", 1_000_000, null, List.of()),
            subject("lighter", 1_500_000, 1024L, List.of()),
            subject("crun", 6_000_000, null, List.of("mount /proc: x in place of y"))),
        List.of(
            new StartData.Step("parent: clone3", 1, 420_000),
            new StartData.Step("mknodat", 6, 24_000)),
        List.of(
            new StartData.Rung("a plain process", 300_000),
            new StartData.Rung("+ namespaces (pid, uts)", 340_500)));
  }

  private static SubjectData subject(
      String name, long nanos, @Nullable Long heapBytes, List<String> differences) {
    Map<String, Series> series = new LinkedHashMap<>();
    series.put(StartData.ONE, series(nanos, 1, heapBytes));
    series.put(StartData.MANY, series(nanos, 40, heapBytes));
    series.put(StartData.FIRST_INSTRUCTION, series(nanos, 1, heapBytes));
    return new SubjectData(name, name + " 1.0, as it is", differences, series);
  }

  private static Series series(long nanos, int times, @Nullable Long heapBytes) {
    Histogram whole = Percentiles.histogram();
    for (int i = 0; i < 100; i++) {
      whole.recordValue(nanos * times + i * 10_000L);
    }
    Percentiles percentiles = Percentiles.of(whole);
    return new Series(
        percentiles,
        heapBytes == null ? null : percentiles,
        percentiles,
        percentiles,
        1e9 / nanos,
        nanos / 2e3,
        nanos / 1e3,
        heapBytes,
        List.of(nanos * times, nanos * times + 1_000_000));
  }
}
