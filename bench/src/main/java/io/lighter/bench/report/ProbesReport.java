package io.lighter.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes everything that people read of a run of probes. */
public final class ProbesReport {
  private static final String QUESTION =
      """
      # What health checks cost

      Containers whose health is probed every second by an exec: how much of a processor goes there,
      and how late are the answers? Written by `lighter bench probes`; the figures are in
      [data.json](data.json).

      """;

  private static final String METHOD =
      """
      ## Method

      Each container is Docker's default one, as in [the start report](../start/README.md), over a
      folder as root, and runs a static `sleep`. A probe executes `/bin/true` in it and waits for its
      end. The instants are fixed before: every container once a second, all spread over the second.
      A probe is timed from its instant, so one that has to wait is late and none is left out (no
      coordinated omission). Eight threads of one JVM carry the probes out, for the peer by starting
      its command with vfork and exec; before, five seconds do not count.

      **CPU** is the processor time of that JVM and all its children, the probes among them; *machine*
      is the busy time of all processors.

      """;

  private ProbesReport() {}

  /** Writes page and plot to {@code perf-reports/probes/}, and the table of the top README. */
  public static void write(ProbesData data, Path root) throws IOException {
    Report report = Report.of("probes", root);
    report.page(page(data, report.notes()));
    Map<String, Percentiles> curves = new LinkedHashMap<>();
    data.subjects().forEach(subject -> curves.put(subject.name(), subject.times()));
    report.plot("latency.png", Plots.byPercentile("Probe, due to answered", curves));
    FurtherTable.write(root);
  }

  static String page(ProbesData data, String notes) {
    Map<String, String> descriptions = new LinkedHashMap<>();
    data.subjects().forEach(subject -> descriptions.put(subject.name(), subject.description()));
    List<List<String>> rows = data.subjects().stream().map(ProbesReport::row).toList();
    return QUESTION
        + "## In short\n\n"
        + data.containers()
        + " containers, each probed every second, for "
        + data.seconds()
        + " s:\n\n"
        + Text.table(
            List.of(
                "probes",
                "CPU, % of a core",
                "machine",
                "p50, ms",
                "p99, ms",
                "p99.9, ms",
                "max, ms"),
            rows)
        + "\n"
        + Sections.quiet(data.fingerprint())
        + "![latency by percentile](latency.png)\n\n"
        + METHOD
        + Sections.subjects(descriptions)
        + Sections.notes(notes)
        + Sections.machine(data.fingerprint(), Map.of());
  }

  private static List<String> row(ProbesData.Subject subject) {
    Percentiles times = subject.times();
    return List.of(
        subject.name(),
        percent(subject.cpu()),
        percent(subject.machineCpu()),
        Text.millis(times.p50()),
        Text.millis(times.p99()),
        Text.millis(times.p999()),
        Text.millis(times.max()));
  }

  static String percent(double part) {
    return String.format(Locale.ROOT, "%.1f", part * 100);
  }
}
