package io.lighter.bench.report;

import io.lighter.bench.report.LogsData.Kept;
import io.lighter.bench.report.LogsData.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The figures of the logs in the README at the top. */
final class LogsTable {
  private static final Marked MARKED =
      new Marked(
          "<!-- bench logs: written by `lighter bench logs` -->", "<!-- bench logs: end -->");
  private static final int LOADS = 2;

  private LogsTable() {}

  static void write(LogsData data, Path root) throws IOException {
    Path readme = root.resolve("README.md");
    if (Files.exists(readme)) {
      String replaced = MARKED.replacedIn(Files.readString(readme), of(data));
      if (replaced != null) {
        Files.writeString(readme, replaced);
      }
    }
  }

  static String of(LogsData data) {
    List<Load> loads = data.loads().subList(0, Math.min(LOADS, data.loads().size()));
    List<String> head = new ArrayList<>(List.of("M lines a CPU-second"));
    loads.forEach(load -> head.add(load.name()));
    head.add("p99 stall at half load, us");
    List<List<String>> rows = new ArrayList<>();
    for (LogsData.Subject subject : data.subjects()) {
      List<String> row = new ArrayList<>(List.of(subject.name()));
      for (Load load : loads) {
        Kept kept = subject.kept().get(load.name());
        row.add(kept == null ? "" : LogsReport.figure(LogsReport.linesPerMicro(kept, load)));
      }
      Kept half = subject.kept().get(LogsData.HALF);
      row.add(half == null ? "" : Text.micros(half.stalls().p99()));
      rows.add(row);
    }
    return Text.table(head, rows);
  }
}
