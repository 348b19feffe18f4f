package io.lighter.bench.report;

import io.lighter.bench.report.LogsData.Kept;
import io.lighter.bench.report.LogsData.Load;
import io.lighter.bench.report.LogsData.Turn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes everything that people read of a run of the logs. */
public final class LogsReport {
  private static final String QUESTION =
      """
      # What the log of a container costs

      How many lines does a second of processor time keep, how long does the container wait for its
      own log, and does all of it arrive? Written by `lighter bench logs`; the figures are in
      [data.json](data.json).

      """;

  private static final String METHOD =
      """
      ## Method

      A program in C writes numbered lines to its standard output, and times each write(2) into a
      histogram. Its container is started first, then it is let go; it ends only when all has been
      measured. So no start and no end of a container is in a figure. Every subject is started before
      the first turn and lives through all of them, but for conmon, of which each container has one.
      All subjects keep their files at the same place (see below). Every round has every subject under
      every load once, in an order drawn anew each round; a first round does not count, in which a JVM
      compiles. After each turn the log is read: how many of its lines are there, each in its place?
      The memory that logs go to is memory that the host of this virtual machine has backed before.

      - **CPU** is the processor time (cgroup v2, `cpu.stat`) of the processes that log and of nothing
        else: the writer and, for Docker, the container have cgroups of their own. What the kernel does
        in a write of the writer is the writer's.
      - **Wall** is from the first write until the file grew no more.
      - **Stall** is how long a write(2) took: at full speed from its begin; at a rate from the instant
        at which it was due, so a write that waits delays none behind it (no coordinated omission). The
        writer sleeps until that instant; what the kernel is late to wake it is in the figure, for all.
      - *Half load* is half of what the slowest of our sinks takes a second with a line a write,
        measured in the same run.
      - **RSS** is the resident memory (Pss) of all processes that log, right after a turn.

      Figures are medians over the rounds, stalls are of all writes of all rounds.

      """;

  private LogsReport() {}

  /** Writes page and plots to {@code perf-reports/logs/}. */
  public static void write(LogsData data, Path root) throws IOException {
    Report report = Report.of("logs", root);
    report.page(page(data, report.notes()));
    Load first = data.loads().getFirst();
    Map<String, Double> lines = new LinkedHashMap<>();
    Map<String, Percentiles> stalls = new LinkedHashMap<>();
    for (LogsData.Subject subject : data.subjects()) {
      Kept full = subject.kept().get(first.name());
      if (full != null) {
        lines.put(subject.name(), Math.round(linesPerMicro(full, first) * 100) / 100.0);
      }
      Kept half = subject.kept().get(LogsData.HALF);
      if (half != null) {
        stalls.put(subject.name(), half.stalls());
      }
    }
    report.plot(
        "lines.png", Plots.bars("Lines kept: " + first.name(), "M lines / CPU-second", lines));
    report.plot("stalls.png", Plots.byPercentile("Stall of a write at half load", stalls));
    LogsTable.write(data, root);
  }

  static String page(LogsData data, String notes) {
    StringBuilder loads = new StringBuilder();
    for (Load load : data.loads()) {
      loads
          .append("### ")
          .append(title(load))
          .append("\n\n")
          .append(table(data, load))
          .append('\n');
    }
    Map<String, String> descriptions = new LinkedHashMap<>();
    data.subjects().forEach(subject -> descriptions.put(subject.name(), subject.description()));
    return QUESTION
        + "## In short\n\n"
        + Sections.quiet(data.fingerprint())
        + Sections.aims(LogsAims.of(data))
        + "![lines per CPU-second](lines.png)\n\n![stalls by percentile](stalls.png)\n\n"
        + METHOD
        + Sections.subjects(descriptions)
        + "## The loads\n\n"
        + loads
        + "## Memory while nobody writes\n\n"
        + memory(data)
        + "\n"
        + reading(data.reading())
        + Sections.notes(notes)
        + Sections.machine(data.fingerprint(), Map.of("rounds", String.valueOf(data.rounds())));
  }

  private static String title(Load load) {
    String rate =
        load.rate() == 0
            ? ""
            : ": " + Text.whole(load.rate()) + " lines of 100 B a second, a line a write";
    return load.name() + rate + " (" + Text.whole(load.lines()) + " lines)";
  }

  private static String table(LogsData data, Load load) {
    List<List<String>> rows = new ArrayList<>();
    for (LogsData.Subject subject : data.subjects()) {
      Kept kept = subject.kept().get(load.name());
      if (kept != null) {
        rows.add(row(subject.name(), kept, load));
      }
    }
    return Text.table(
        List.of(
            "logs",
            "M lines/CPU-s",
            "least to most",
            "MB/CPU-s",
            "M lines/s",
            "MB/s",
            "stall p50, us",
            "p99, us",
            "p99.9, us",
            "max, ms",
            "B/line on disk",
            "RSS, MB",
            "lost"),
        rows);
  }

  private static List<String> row(String name, Kept kept, Load load) {
    double lines = linesPerMicro(kept, load);
    double wall = load.lines() * 1e3 / LogsData.median(kept.turns(), Turn::wallNanos);
    Percentiles stalls = kept.stalls();
    return List.of(
        name,
        figure(lines),
        spread(kept, load),
        figure(lines * load.lineBytes()),
        figure(wall),
        figure(wall * load.lineBytes()),
        Text.micros(stalls.p50()),
        Text.micros(stalls.p99()),
        Text.micros(stalls.p999()),
        Text.millis(stalls.max()),
        figure((double) LogsData.median(kept.turns(), Turn::logBytes) / load.lines()),
        figure(LogsData.median(kept.turns(), Turn::residentBytes) / 1e6),
        Text.whole(lost(kept, load)));
  }

  /** Million lines a second of processor time are lines a microsecond. */
  static double linesPerMicro(Kept kept, Load load) {
    return (double) load.lines() / LogsData.median(kept.turns(), Turn::cpuMicros);
  }

  private static String spread(Kept kept, Load load) {
    long most = kept.turns().stream().mapToLong(Turn::cpuMicros).max().orElse(1);
    long least = kept.turns().stream().mapToLong(Turn::cpuMicros).min().orElse(1);
    return figure((double) load.lines() / most) + " to " + figure((double) load.lines() / least);
  }

  /** Lines that were missing or out of place, in all turns. */
  static long lost(Kept kept, Load load) {
    return kept.turns().stream().mapToLong(turn -> load.lines() - turn.lines()).sum();
  }

  private static String memory(LogsData data) {
    List<List<String>> rows = new ArrayList<>();
    for (LogsData.Memory memory : data.memory()) {
      double each = (double) (memory.moreBytes() - memory.oneBytes()) / memory.more();
      rows.add(
          List.of(
              memory.subject(),
              figure(memory.oneBytes() / 1e6),
              figure(memory.moreBytes() / 1e6),
              figure(each / 1024)));
    }
    return Text.table(
        List.of("after a collection", "1 container, MB", "1 001, MB", "each, KB"), rows);
  }

  private static String reading(LogsData.@Nullable Reading reading) {
    if (reading == null) {
      return "";
    }
    LogsData.Followers followers = reading.followers();
    return "## Reading from our store\n\nFrom the query to its first line, in a log of "
        + figure(reading.storeBytes() / 1e9)
        + " GB, a new reader each time, with the files in the page cache:\n\n"
        + Text.table(
            List.of("query", "p50, us", "p99, us", "max, us"),
            List.of(
                times("`--since` any time", reading.since()),
                times("`--tail 100`", reading.tail())))
        + "\n%s followers of one log of %s lines a second, each in a virtual thread, for %s lines: "
            .formatted(
                Text.whole(followers.count()),
                Text.whole(followers.rate()),
                Text.whole(followers.lines()))
        + "%s us of processor time for each line and follower; %s of %s lines arrived, %s out of turn.\n\n"
            .formatted(
                figure((double) followers.cpuMicros() / followers.count() / followers.lines()),
                Text.whole(followers.seen()),
                Text.whole((long) followers.count() * followers.lines()),
                Text.whole(followers.wrong()));
  }

  private static List<String> times(String name, Percentiles times) {
    return List.of(
        name, Text.micros(times.p50()), Text.micros(times.p99()), Text.micros(times.max()));
  }

  /** Three significant digits. */
  static String figure(double value) {
    int digits = value < 10 ? 2 : value < 100 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
