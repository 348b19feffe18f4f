package io.lighter.bench.report;

import io.lighter.bench.report.ProxyData.Cell;
import io.lighter.bench.report.ProxyData.Level;
import io.lighter.bench.report.ProxyData.Sample;
import io.lighter.bench.report.ProxyData.Site;
import io.lighter.bench.report.ProxyData.Subject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The plots of a site. What was not measured has none. */
final class ProxyPlots {
  private static final int LOAD = 80;
  private static final String TURNS = "turns";
  private static final String CONNECTS = "connects";
  private static final String BULK = "bulk";
  private static final String LOADS = "p99-by-load";
  private static final String TAIL = "tail-at-80";

  private ProxyPlots() {}

  /** Writes them, and returns a line of the page for each. */
  static String write(Site site, Report report) throws IOException {
    StringBuilder lines = new StringBuilder();
    bars(site, report, lines, TURNS, Cell.TURNS_16, "thousands/s", s -> s.count() / 1e3);
    bars(site, report, lines, CONNECTS, Cell.CONNECTS, "thousands/s", s -> s.count() / 1e3);
    bars(site, report, lines, BULK, Cell.BULK_1, "Gbit/s", s -> s.bytes() * 8e-9);
    Map<String, Map<Double, Double>> p99 = new LinkedHashMap<>();
    Map<String, Percentiles> tails = new LinkedHashMap<>();
    for (Subject subject : site.subjects()) {
      Map<Double, Double> points = new LinkedHashMap<>();
      for (Level level : subject.levels()) {
        points.put(level.rate() / 1e3, level.times().p99() / 1e3);
      }
      if (!points.isEmpty()) {
        p99.put(subject.name(), points);
      }
      Level level = subject.level(LOAD);
      if (level != null) {
        tails.put(subject.name(), level.times());
      }
    }
    if (!p99.isEmpty()) {
      String title = "p99 of a round trip, open loop, " + site.name();
      report.plot(
          file(site, LOADS), Plots.lines(title, "thousands of messages/s", "microseconds", p99));
      lines.append(line("p99 by load", file(site, LOADS)));
    }
    if (!tails.isEmpty()) {
      String title = "Round trips at 80 % of each one's capacity, open loop, " + site.name();
      report.plot(file(site, TAIL), Plots.byPercentile(title, tails));
      lines.append(line("times by percentile", file(site, TAIL)));
    }
    return lines.toString();
  }

  private static void bars(
      Site site,
      Report report,
      StringBuilder lines,
      String name,
      Cell cell,
      String unit,
      ToDoubleFunction<Sample> figure)
      throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    for (Subject subject : site.subjects()) {
      Double found = subject.middle(cell, figure);
      if (found != null) {
        values.put(subject.name(), Math.round(found * 10) / 10.0);
      }
    }
    if (!values.isEmpty()) {
      String title = cell.words() + ", " + site.name();
      report.plot(file(site, name), Plots.bars(title, unit, values));
      lines.append(line(title, file(site, name)));
    }
  }

  private static String file(Site site, String name) {
    return name + "-" + site.name() + ".png";
  }

  private static String line(String words, String file) {
    return "![" + words + "](" + file + ")\n\n";
  }
}
