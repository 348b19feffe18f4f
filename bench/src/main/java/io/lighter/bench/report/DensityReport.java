package io.lighter.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes everything that people read of a density run. */
public final class DensityReport {
  private static final long AIM = 40 * 1024;
  private static final List<String> OPERATIONS =
      List.of(DensityData.STATE, DensityData.LIST, DensityData.DELETE);

  private static final String QUESTION =
      """
      # What an idle container costs among a thousand

      What does a process hold for each of many containers that run, and how long do state, list and
      delete take among them? Written by `lighter bench density`; the figures are in
      [data.json](data.json).

      """;

  private static final String METHOD =
      """
      ## Method

      The containers are Docker's default ones, as in [the start report](../start/README.md), over a
      folder as root, and run a static `sleep`. Ours are made by `create` and `start` in one JVM with
      a heap of at most 64 MB (`-XX:+UseSerialGC -Xmx64m`), which keeps what a daemon keeps: the
      descriptor of each one's first process. First as many are made and deleted again, so that the
      code is compiled and the heap has its size; what the JVM holds then is compared with what it
      holds when all run, after a collection of its garbage. No JVM and no other process of ours is
      there beside it: a container has no monitor.

      *Of the machine* is the difference of used memory in `/proc/meminfo`: nearly all of it is the
      kernel's, for namespaces, mounts, cgroup and process.

      State and delete are of one container among all, list is of all. Ours are calls; those of the
      command lines are processes by vfork and exec, `lighter oci` among them, which is a JVM each
      time. Delete begins with a container that runs: kill, wait, remove.

      """;

  private DensityReport() {}

  /** Writes page and plot to {@code perf-reports/density/}, and the table of the top README. */
  public static void write(DensityData data, Path root) throws IOException {
    Report report = Report.of("density", root);
    report.page(page(data, report.notes()));
    Map<String, Percentiles> lists = new LinkedHashMap<>();
    for (DensityData.Subject subject : data.subjects()) {
      Percentiles times = subject.operations().get(DensityData.LIST);
      if (times != null) {
        lists.put(subject.name(), times);
      }
    }
    report.plot(
        "list.png", Plots.byPercentile("List of " + data.containers() + " containers", lists));
    FurtherTable.write(root);
  }

  static String page(DensityData data, String notes) {
    Map<String, String> descriptions = new LinkedHashMap<>();
    data.subjects().forEach(subject -> descriptions.put(subject.name(), subject.description()));
    return QUESTION
        + "## In short\n\n"
        + Sections.quiet(data.fingerprint())
        + Sections.aims(aims(data))
        + "## What this process holds\n\n"
        + footprints(data)
        + "\n## Among "
        + data.containers()
        + " containers\n\n"
        + operations(data)
        + "\n![list](list.png)\n\n"
        + METHOD
        + Sections.subjects(descriptions)
        + Sections.notes(notes)
        + Sections.machine(
            data.fingerprint(), Map.of("containers", String.valueOf(data.containers())));
  }

  private static List<Aim> aims(DensityData data) {
    int threads = data.after().threads() - data.before().threads();
    return List.of(
        new Aim(
            "at most 40 KB of our own memory a container",
            Text.kilobytes(data.rssEach()) + " KB",
            data.rssEach() <= AIM),
        new Aim("no thread a container", threads + " more in all", threads <= 0));
  }

  private static String footprints(DensityData data) {
    Footprint before = data.before();
    Footprint after = data.after();
    List<List<String>> rows =
        List.of(
            memory("resident", before.rss(), after.rss(), data),
            memory("proportional (PSS)", before.pss(), after.pss(), data),
            memory("Java objects", before.heap(), after.heap(), data),
            memory("of the machine", data.memoryBefore(), data.memoryAfter(), data),
            count("threads", before.threads(), after.threads(), data),
            count("descriptors", before.descriptors(), after.descriptors(), data));
    return Text.table(List.of("KB", "without", "with " + data.containers(), "a container"), rows);
  }

  private static List<String> memory(String name, long before, long after, DensityData data) {
    double each = (after - before) / 1024.0 / data.containers();
    return List.of(name, Text.kilobytes(before), Text.kilobytes(after), Aim.figure(each));
  }

  private static List<String> count(String name, int before, int after, DensityData data) {
    double each = (double) (after - before) / data.containers();
    return List.of(name, String.valueOf(before), String.valueOf(after), Aim.figure(each));
  }

  private static String operations(DensityData data) {
    List<List<String>> rows = new ArrayList<>();
    for (DensityData.Subject subject : data.subjects()) {
      List<String> row = new ArrayList<>(List.of(subject.name()));
      for (String operation : OPERATIONS) {
        Percentiles times = subject.operations().get(operation);
        row.add(times == null ? "" : Text.millis(times.p50()));
        row.add(times == null ? "" : Text.millis(times.p99()));
      }
      rows.add(row);
    }
    return Text.table(
        List.of("ms", "state, p50", "p99", "list, p50", "p99", "delete, p50", "p99"), rows);
  }
}
