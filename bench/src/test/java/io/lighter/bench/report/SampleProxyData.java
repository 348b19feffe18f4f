package io.lighter.bench.report;

import io.lighter.bench.report.ProxyData.Cell;
import io.lighter.bench.report.ProxyData.Changes;
import io.lighter.bench.report.ProxyData.Kill;
import io.lighter.bench.report.ProxyData.Level;
import io.lighter.bench.report.ProxyData.Sample;
import io.lighter.bench.report.ProxyData.Site;
import io.lighter.bench.report.ProxyData.Subject;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** A made-up run of the balancers. */
final class SampleProxyData {
  private SampleProxyData() {}

  static ProxyData data(double others) {
    return new ProxyData(
        SampleData.sample().fingerprint(),
        1,
        2,
        1,
        List.of(
            new Site(
                ProxyData.LOOPBACK,
                "all at one address",
                30_000,
                8_800,
                List.of(
                    subject("direct", 100_000, 0, others),
                    subject("lighter ebpf", 99_000, 0, others),
                    subject("lighter", 60_000, 0.8, others),
                    subject("haproxy", 40_000, 1.0, others))),
            new Site(
                ProxyData.NAMESPACES,
                "three namespaces",
                20_000,
                0,
                List.of(subject("direct", 50_000, 0, others)))));
  }

  private static Subject subject(String name, double count, double cpu, double others) {
    Map<Cell, List<Sample>> samples = new EnumMap<>(Cell.class);
    for (Cell cell : Cell.values()) {
      samples.put(cell, List.of(sample(count, cpu, others)));
    }
    boolean chooses = !name.equals("direct");
    return new Subject(
        name,
        name + " 1.0",
        samples,
        List.of(level(50, count), level(80, count)),
        cpu == 0 ? List.of() : List.of(200 * cpu, 240 * cpu, 2000 * cpu),
        chooses ? List.of(kill(name.equals("haproxy") ? null : 70.0)) : List.of(),
        chooses ? List.of(new Changes(1000, 4.2, 3, 5_000_000)) : List.of());
  }

  static Sample sample(double count, double cpu, double others) {
    long p50 = (long) (1e9 / count);
    return new Sample(count, count * 100_000, p50, 2 * p50, 3 * p50, cpu, 1.9, others);
  }

  private static Kill kill(@Nullable Double back) {
    return new Kill(12, back);
  }

  private static Level level(int percent, double count) {
    Histogram times = Percentiles.histogram();
    for (int i = 1; i <= 100; i++) {
      times.recordValue((long) (i * percent * 1e9 / count / 10));
    }
    return new Level(percent, count * percent / 100, Percentiles.of(times));
  }
}
