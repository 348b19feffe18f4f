package io.lighter.bench.report;

import io.lighter.bench.report.ProxyData.Cell;
import io.lighter.bench.report.ProxyData.Sample;
import io.lighter.bench.report.ProxyData.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Writes everything that people read of a run of the load balancers. */
public final class ProxyReport {
  private static final String OURS = "lighter";
  private static final String KERNEL = "lighter ebpf";
  private static final String PEER = "haproxy";
  private static final String CEILING = "direct";
  private static final double GIB = 1L << 30;
  private static final Marked MARKED =
      new Marked(
          "<!-- bench proxy: written by `lighter bench proxy` -->", "<!-- bench proxy: end -->");
  private static final String QUESTION =
      """
      # What a load balancer costs

      Written by `lighter bench proxy`; the figures are in [data.json](data.json).

      """;

  private static final String METHOD =
      """
      ## Method

      Client and server are programs of our own, each a JVM of one thread, pinned to the first
      processor; the balancer has the second to itself, and one thread. All is on loopback, which
      flatters everybody: no softirq of a network card takes a part. The subjects take turns, round by
      round, each with fresh processes that have done everything once before they are measured; a figure
      is the middle one of the rounds. The client is a process of its own for each measurement, and half
      its time is for warming up.

      Client and server are together slower than a good balancer: where all figures of a row are close
      to those of `direct`, it is these two that were measured.

      *Round trips* and *connections* are closed loops: who is slow is asked less often, so their times
      are service times. At a *fixed rate* a message is due by the clock, and its time is counted from
      then on (no coordinated omission). The rate is four fifths of what HAProxy did in the
      first round with as many connections.

      **CPU** is the balancer's process, user and system. What the kernel does in softirqs for it is
      counted where the kernel happened to do it.

      """;

  private ProxyReport() {}

  /** Writes the page to {@code perf-reports/proxy/}, and the table of the top README. */
  public static void write(ProxyData data, Path root) throws IOException {
    Report report = Report.of("proxy", root);
    report.page(page(data, report.notes()));
    Path readme = root.resolve("README.md");
    if (Files.exists(readme)) {
      String replaced = MARKED.replacedIn(Files.readString(readme), throughput(data));
      if (replaced != null) {
        Files.writeString(readme, replaced);
      }
    }
  }

  static String page(ProxyData data, String notes) {
    Map<String, String> descriptions = new LinkedHashMap<>();
    data.subjects().forEach(subject -> descriptions.put(subject.name(), subject.description()));
    return QUESTION
        + "## In short\n\n"
        + throughput(data)
        + "\n"
        + "CPU of the balancer, ms for a thousand round trips or connections, and s for a GiB:\n\n"
        + table(data, ProxyReport::cpu, "%.2f")
        + "\nTimes of a round trip, us:\n\n"
        + times(data)
        + "\n"
        + Sections.aims(aims(data))
        + Sections.quiet(data.fingerprint())
        + METHOD
        + Sections.subjects(descriptions)
        + Sections.notes(notes)
        + Sections.machine(
            data.fingerprint(),
            Map.of(
                "rounds",
                String.valueOf(data.rounds()),
                "seconds each",
                String.valueOf(data.seconds()),
                "fixed rate",
                String.format(Locale.ROOT, "%.0f a second", data.rate())));
  }

  /** A figure of a subject in a cell. */
  private interface Figure {
    @Nullable Double of(Subject subject, Cell cell);
  }

  static String throughput(ProxyData data) {
    return table(
        data,
        (subject, cell) ->
            cell == Cell.LATENCY
                ? null
                : cell.isBulk()
                    ? scaled(subject.middle(cell, Sample::bytes), 8e-9)
                    : scaled(subject.middle(cell, Sample::count), 1e-3),
        "%.1f");
  }

  private static @Nullable Double scaled(@Nullable Double figure, double by) {
    return figure == null ? null : figure * by;
  }

  private static @Nullable Double cpu(Subject subject, Cell cell) {
    if (subject.name().equals(CEILING) || subject.name().equals(KERNEL)) {
      return null;
    }
    ToDoubleFunction<Sample> figure =
        cell.isBulk()
            ? sample -> sample.cpu() / (sample.bytes() / GIB)
            : sample -> sample.cpu() * 1e6 / sample.count();
    return subject.middle(cell, figure);
  }

  private static String table(ProxyData data, Figure figure, String format) {
    List<String> head = new ArrayList<>(List.of(""));
    data.subjects().forEach(subject -> head.add(subject.name()));
    List<List<String>> rows = new ArrayList<>();
    for (Cell cell : Cell.values()) {
      if (cell == Cell.LATENCY) {
        continue;
      }
      List<String> row = new ArrayList<>();
      row.add(cell.words() + (cell.isBulk() ? ", Gbit/s" : ", thousands/s"));
      for (Subject subject : data.subjects()) {
        Double found = figure.of(subject, cell);
        row.add(found == null ? "" : String.format(Locale.ROOT, format, found));
      }
      rows.add(row);
    }
    return Text.table(head, rows);
  }

  private static String times(ProxyData data) {
    List<String> head = new ArrayList<>(List.of(""));
    data.subjects().forEach(subject -> head.add(subject.name()));
    List<List<String>> rows = new ArrayList<>();
    for (Cell cell : List.of(Cell.TURNS_1, Cell.LATENCY)) {
      rows.add(row(data, cell, "p50", Sample::p50));
      rows.add(row(data, cell, "p99", Sample::p99));
      rows.add(row(data, cell, "max", Sample::max));
    }
    return Text.table(head, rows);
  }

  private static List<String> row(
      ProxyData data, Cell cell, String name, ToDoubleFunction<Sample> figure) {
    List<String> row = new ArrayList<>(List.of(cell.words() + ", " + name));
    for (Subject subject : data.subjects()) {
      Double found = subject.middle(cell, figure);
      row.add(found == null ? "" : String.format(Locale.ROOT, "%.1f", found / 1e3));
    }
    return row;
  }

  static List<Aim> aims(ProxyData data) {
    List<Aim> aims = new ArrayList<>();
    Subject ours = data.subject(OURS);
    Subject peer = data.subject(PEER);
    if (ours != null && peer != null) {
      for (Cell cell : List.of(Cell.TURNS_16, Cell.CONNECTS)) {
        ratio(
            aims,
            cell.words() + ": at least 1.25 times HAProxy's",
            ours.middle(cell, Sample::count),
            peer.middle(cell, Sample::count),
            1.25,
            true);
      }
      ratio(
          aims,
          "CPU for a GiB: no more than HAProxy's",
          cpu(ours, Cell.BULK_1),
          cpu(peer, Cell.BULK_1),
          1,
          false);
      ratio(
          aims,
          "p99 at a fixed rate: no worse than HAProxy's",
          ours.middle(Cell.LATENCY, Sample::p99),
          peer.middle(Cell.LATENCY, Sample::p99),
          1,
          false);
    }
    Subject kernel = data.subject(KERNEL);
    Subject ceiling = data.subject(CEILING);
    if (kernel != null && ceiling != null) {
      for (Cell cell : List.of(Cell.TURNS_16, Cell.CONNECTS, Cell.BULK_1)) {
        ToDoubleFunction<Sample> figure = cell.isBulk() ? Sample::bytes : Sample::count;
        ratio(
            aims,
            "tier two, " + cell.words() + ": within 2 % of a direct connection",
            kernel.middle(cell, figure),
            ceiling.middle(cell, figure),
            0.98,
            true);
      }
    }
    return aims;
  }

  private static void ratio(
      List<Aim> aims,
      String what,
      @Nullable Double ours,
      @Nullable Double other,
      double bound,
      boolean atLeast) {
    if (ours != null && other != null) {
      double found = ours / other;
      aims.add(
          new Aim(
              what,
              String.format(Locale.ROOT, "%.2f times", found),
              atLeast ? found >= bound : found <= bound));
    }
  }
}
