package io.lighter.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The figures of all measurements but the start in one table of the README at the top. */
final class FurtherTable {
  private static final Marked MARKED =
      new Marked(
          "<!-- bench further: written by `lighter bench exec|memory|density|probes` -->",
          "<!-- bench further: end -->");
  private static final List<String> HEAD = List.of("", "floor", "lighter", "crun", "runc");
  private static final List<String> COLUMNS =
      List.of(StartData.FLOOR, StartData.OURS, "crun", "runc");

  private FurtherTable() {}

  /** Writes what there are data of. */
  static void write(Path root) throws IOException {
    Path readme = root.resolve("README.md");
    if (Files.exists(readme)) {
      String replaced = MARKED.replacedIn(Files.readString(readme), of(root));
      if (replaced != null) {
        Files.writeString(readme, replaced);
      }
    }
  }

  private static <T extends Record> @Nullable T data(Path root, String name, Class<T> type)
      throws IOException {
    Path file = root.resolve("perf-reports").resolve(name).resolve("data.json");
    return Files.exists(file) ? DataFile.read(file, type) : null;
  }

  private static String of(Path root) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    ExecData exec = data(root, "exec", ExecData.class);
    if (exec != null) {
      rows.add(row("exec of `true`, p50, ms", s -> p50(exec.series(s, StartData.ONE))));
      rows.add(row("64 execs at once, p99, ms", s -> p99(exec.series(s, StartData.MANY))));
    }
    MemoryData memory = data(root, "memory", MemoryData.class);
    if (memory != null) {
      rows.add(row("smallest `--memory` that runs `true`, KB", s -> limit(memory.subject(s))));
    }
    DensityData density = data(root, "density", DensityData.class);
    if (density != null) {
      rows.add(
          row(
              "our resident memory, each of " + density.containers() + " idle containers, KB",
              s -> s.equals(StartData.OURS) ? Text.kilobytes(density.rssEach()) : ""));
      rows.add(row("list of them, p50, ms", s -> list(density, s)));
    }
    ProbesData probes = data(root, "probes", ProbesData.class);
    if (probes != null) {
      String what = probes.containers() + " containers probed every second, CPU, % of a core";
      rows.add(row(what, s -> cpu(probes.subject(s))));
    }
    return Text.table(HEAD, rows);
  }

  /** What a subject has in a row. */
  @FunctionalInterface
  private interface Cell {
    String of(String subject);
  }

  private static List<String> row(String name, Cell cell) {
    List<String> row = new ArrayList<>(List.of(name));
    COLUMNS.forEach(subject -> row.add(cell.of(subject)));
    return row;
  }

  private static String p50(@Nullable Series series) {
    return series == null ? "" : Text.millis(series.whole().p50());
  }

  private static String p99(@Nullable Series series) {
    return series == null ? "" : Text.millis(series.whole().p99());
  }

  private static String limit(MemoryData.@Nullable Subject subject) {
    return subject == null ? "" : Text.kilobytes(subject.limitStatic());
  }

  private static String list(DensityData density, String subject) {
    Percentiles own = density.operation(subject, DensityData.LIST);
    Percentiles times =
        own == null ? density.operation(subject + "-unfiltered", DensityData.LIST) : own;
    return times == null ? "" : Text.millis(times.p50());
  }

  private static String cpu(ProbesData.@Nullable Subject subject) {
    return subject == null ? "" : ProbesReport.percent(subject.cpu());
  }
}
