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

  static ExecData exec() {
    return new ExecData(
        sample().fingerprint(),
        4,
        List.of(
            subject("floor", 500_000, null, List.of()),
            subject("lighter", 900_000, 1024L, List.of()),
            subject("crun", 6_000_000, null, List.of())));
  }

  static MemoryData memory() {
    return new MemoryData(
        sample().fingerprint(),
        "6.1",
        List.of(
            new MemoryData.Subject(
                "floor", "bare", 266240, 266240, 262144, 69632, 131072, Map.of("anon", 49152L)),
            new MemoryData.Subject(
                "lighter",
                "ours",
                266240,
                266240,
                262144,
                122880,
                176128,
                Map.of("slab", 42816L))));
  }

  static DensityData density() {
    return new DensityData(
        sample().fingerprint(),
        100,
        new Footprint(50 << 20, 40 << 20, 5 << 20, 14, 19),
        new Footprint(51 << 20, 41 << 20, 5 << 20, 14, 119),
        1 << 30,
        (1 << 30) + (20 << 20),
        List.of(
            new DensityData.Subject(
                "lighter", "ours", Map.of(DensityData.LIST, percentiles(1_000_000))),
            new DensityData.Subject(
                "crun-unfiltered", "theirs", Map.of(DensityData.LIST, percentiles(9_000_000)))));
  }

  static ProbesData probes() {
    return new ProbesData(
        sample().fingerprint(),
        100,
        60,
        List.of(
            new ProbesData.Subject("lighter", "ours", percentiles(1_000_000), 0.125, 0.2),
            new ProbesData.Subject("crun", "theirs", percentiles(9_000_000), 0.75, 1.2)));
  }

  static LogsData logs() {
    return new LogsData(
        sample().fingerprint(),
        2,
        List.of(
            new LogsData.Load("100 B, 64 KiB writes", 1_000_000, 100, 65_536, 0),
            new LogsData.Load(LogsData.HALF, 1_000_000, 100, 100, 250_000)),
        List.of(
            logs("lighter native", 100_000, 1_000_000),
            logs("lighter cri", 200_000, 1_000_000),
            logs("lighter json-file", 250_000, 999_999),
            logs("conmon", 300_000, 1_000_000),
            logs("dockerd json-file", 2_000_000, 1_000_000)),
        List.of(new LogsData.Memory("lighter cri", 40_000_000, 1_000, 41_024_000)),
        new LogsData.Reading(
            10_000_000_000L,
            percentiles(100_000),
            percentiles(200_000),
            new LogsData.Followers(1_000, 5_000, 1_000, 2_500_000, 5_000_000, 0)));
  }

  private static LogsData.Subject logs(String name, long cpuMicros, long lines) {
    LogsData.Turn turn = new LogsData.Turn(cpuMicros, 500_000_000, 50_000_000, 130_000_000, lines);
    LogsData.Kept kept = new LogsData.Kept(List.of(turn, turn), percentiles(10_000));
    return new LogsData.Subject(
        name, name + " 1.0", Map.of("100 B, 64 KiB writes", kept, LogsData.HALF, kept));
  }

  private static Percentiles percentiles(long nanos) {
    Histogram times = Percentiles.histogram();
    for (int i = 0; i < 100; i++) {
      times.recordValue(nanos + i * 10_000L);
    }
    return Percentiles.of(times);
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
