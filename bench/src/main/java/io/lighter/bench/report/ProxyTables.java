package io.lighter.bench.report;

import io.lighter.bench.report.ProxyData.Cell;
import io.lighter.bench.report.ProxyData.Changes;
import io.lighter.bench.report.ProxyData.Kill;
import io.lighter.bench.report.ProxyData.Level;
import io.lighter.bench.report.ProxyData.Sample;
import io.lighter.bench.report.ProxyData.Site;
import io.lighter.bench.report.ProxyData.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The tables of a site: a column a subject, a row a cell. Cells without figures have no row. */
final class ProxyTables {
  private static final double GIB = 1L << 30;

  private ProxyTables() {}

  /** A figure of a subject in a cell. */
  @FunctionalInterface
  private interface Figure {
    String of(Subject subject, Cell cell);
  }

  /** What each does in a second; rates that the clock gives say nothing. */
  static String throughput(Site site) {
    return table(site, ProxyTables::unit, ProxyTables::speed);
  }

  /** The same with the least and the most of the rounds. */
  static String spread(Site site) {
    return table(
        site,
        ProxyTables::unit,
        (subject, cell) -> {
          List<Sample> all = subject.counted(cell);
          double[] speeds = all.stream().mapToDouble(sample -> speed(sample, cell)).toArray();
          if (speeds.length == 0) {
            return "";
          }
          Arrays.sort(speeds);
          return one(speeds[0]) + " to " + one(speeds[speeds.length - 1]);
        });
  }

  private static String unit(Cell cell) {
    return cell.words() + (cell.isBulk() ? ", Gbit/s" : ", thousands/s");
  }

  private static String speed(Subject subject, Cell cell) {
    Double found = subject.middle(cell, sample -> speed(sample, cell));
    return found == null ? "" : one(found);
  }

  private static double speed(Sample sample, Cell cell) {
    return cell.isBulk() ? sample.bytes() * 8e-9 : sample.count() * 1e-3;
  }

  /** Processor time of the balancer's process. */
  static String cpu(Site site) {
    return table(
        site,
        ProxyTables::costUnit,
        (subject, cell) -> {
          Double found = subject.middle(cell, sample -> cost(sample, cell, sample.cpu()));
          return found == null || found == 0 ? "" : two(found);
        });
  }

  /** Processor time of the machine, with client and server and what the kernel does by itself. */
  static String machine(Site site) {
    return table(
        site,
        ProxyTables::costUnit,
        (subject, cell) -> {
          Double found = subject.middle(cell, sample -> cost(sample, cell, sample.machine()));
          return found == null ? "" : two(found);
        });
  }

  private static String costUnit(Cell cell) {
    return cell.words() + (cell.isBulk() ? ", s/GiB" : ", ms/thousand");
  }

  private static double cost(Sample sample, Cell cell, double seconds) {
    return cell.isBulk() ? seconds / (sample.bytes() / GIB) : seconds * 1e6 / sample.count();
  }

  private static String table(Site site, Function<Cell, String> name, Figure figure) {
    List<List<String>> rows = new ArrayList<>();
    for (Cell cell : Cell.values()) {
      if (!cell.isAtRate()) {
        row(rows, site, name.apply(cell), subject -> figure.of(subject, cell));
      }
    }
    return Text.table(head(site), rows);
  }

  private static void row(
      List<List<String>> rows, Site site, String name, Function<Subject, String> figure) {
    List<String> row = new ArrayList<>(List.of(name));
    site.subjects().forEach(subject -> row.add(figure.apply(subject)));
    if (!row.stream().skip(1).allMatch(String::isEmpty)) {
      rows.add(row);
    }
  }

  private static List<String> head(Site site) {
    List<String> head = new ArrayList<>(List.of(""));
    site.subjects().forEach(subject -> head.add(subject.name()));
    return head;
  }

  /** Of round trips and of connections, in microseconds. */
  static String times(Site site) {
    List<List<String>> rows = new ArrayList<>();
    for (Cell cell : List.of(Cell.TURNS_1, Cell.CONNECTS, Cell.IDLE, Cell.LATENCY, Cell.SLOW)) {
      row(rows, site, cell.words() + ", p50", subject -> micros(subject, cell, Sample::p50));
      row(rows, site, cell.words() + ", p99", subject -> micros(subject, cell, Sample::p99));
      row(rows, site, cell.words() + ", max", subject -> micros(subject, cell, Sample::max));
    }
    return Text.table(head(site), rows);
  }

  private static String micros(Subject subject, Cell cell, ToDoubleFunction<Sample> figure) {
    Double found = subject.middle(cell, figure);
    return found == null ? "" : Text.micros(Math.round(found));
  }

  /** Times at parts of each one's capacity, in microseconds. */
  static String levels(Site site) {
    List<List<String>> rows = new ArrayList<>();
    for (Subject subject : site.subjects()) {
      for (Level level : subject.levels()) {
        Percentiles times = level.times();
        rows.add(
            List.of(
                subject.name(),
                level.percent() + " %",
                one(level.rate() / 1e3),
                Text.micros(times.p50()),
                Text.micros(times.p99()),
                Text.micros(times.p999()),
                Text.micros(times.max())));
      }
    }
    return Text.table(List.of("", "load", "thousands/s", "p50", "p99", "p99.9", "max"), rows);
  }

  /** What happens when something happens. */
  static String events(Site site) {
    List<List<String>> rows = new ArrayList<>();
    row(
        rows,
        site,
        "a server of two killed: errors seen by clients",
        subject -> middle(subject.kills(), kill -> (double) kill.errors(), "%.0f"));
    row(rows, site, "nine tenths of the rate back after, ms", subject -> back(subject.kills()));
    row(
        rows,
        site,
        "changes of the configuration made",
        subject -> middle(subject.changes(), changes -> (double) changes.changes(), "%.0f"));
    row(rows, site, "in seconds", subject -> middle(subject.changes(), Changes::seconds, "%.1f"));
    row(
        rows,
        site,
        "errors seen by clients meanwhile",
        subject -> middle(subject.changes(), changes -> (double) changes.errors(), "%.0f"));
    row(
        rows,
        site,
        "p99 of a connection meanwhile, us",
        subject -> middle(subject.changes(), changes -> changes.p99() / 1e3, "%.0f"));
    row(
        rows,
        site,
        "user memory for an idle connection, B",
        subject -> middle(subject.idleBytes(), bytes -> bytes, "%.0f"));
    return Text.table(head(site), rows);
  }

  private static String back(List<Kill> kills) {
    if (kills.isEmpty()) {
      return "";
    }
    List<Double> times = new ArrayList<>();
    for (Kill kill : kills) {
      Double back = kill.backMillis();
      if (back == null) {
        return "not within a second";
      }
      times.add(back);
    }
    return middle(times, millis -> millis, "%.0f");
  }

  private static <T> String middle(List<T> all, Function<T, Double> figure, String format) {
    Double found = ProxyData.middleOf(all.stream().map(figure).toList());
    return found == null ? "" : String.format(Locale.ROOT, format, found);
  }

  private static String one(double figure) {
    return String.format(Locale.ROOT, "%.1f", figure);
  }

  private static String two(double figure) {
    return String.format(Locale.ROOT, "%.2f", figure);
  }
}
