package io.lighter.bench.proxy;

import io.lighter.bench.proxy.traffic.Answer;
import io.lighter.bench.report.Percentiles;
import io.lighter.bench.report.ProxyData.Cell;
import io.lighter.bench.report.ProxyData.Changes;
import io.lighter.bench.report.ProxyData.Kill;
import io.lighter.bench.report.ProxyData.Level;
import io.lighter.bench.report.ProxyData.Sample;
import io.lighter.bench.report.ProxyData.Subject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What has been found of one subject at one site. */
final class Found {
  private final ProxySubject subject;
  private final Map<Cell, List<Sample>> samples = new EnumMap<>(Cell.class);
  private final Map<Integer, Histogram> times = new TreeMap<>();
  private final Map<Integer, List<Double>> rates = new TreeMap<>();
  private final List<Double> idleBytes = new ArrayList<>();
  private final List<Kill> kills = new ArrayList<>();
  private final List<Changes> changes = new ArrayList<>();

  Found(ProxySubject subject) {
    this.subject = subject;
  }

  ProxySubject subject() {
    return subject;
  }

  String name() {
    return subject.name();
  }

  void add(Cell cell, Sample sample) {
    samples.computeIfAbsent(cell, _ -> new ArrayList<>()).add(sample);
  }

  void addLevel(int percent, double rate, Answer answer) {
    times.computeIfAbsent(percent, _ -> Percentiles.histogram()).add(answer.times());
    rates.computeIfAbsent(percent, _ -> new ArrayList<>()).add(rate);
  }

  /** Returns whether it is not known yet what an idle connection costs. */
  boolean needsIdle() {
    return idleBytes.isEmpty();
  }

  void addIdle(double bytesEach) {
    idleBytes.add(bytesEach);
  }

  void add(Kill kill) {
    kills.add(kill);
  }

  void add(Changes changed) {
    changes.add(changed);
  }

  /** All times by load, for HdrHistogram's own tools. */
  Map<Integer, Histogram> times() {
    return times;
  }

  Subject data() {
    List<Level> levels = new ArrayList<>();
    times.forEach(
        (percent, all) ->
            levels.add(
                new Level(
                    percent,
                    rates.getOrDefault(percent, List.of()).stream()
                        .mapToDouble(rate -> rate)
                        .average()
                        .orElse(0),
                    Percentiles.of(all))));
    return new Subject(
        subject.name(), subject.description(), samples, levels, idleBytes, kills, changes);
  }
}
