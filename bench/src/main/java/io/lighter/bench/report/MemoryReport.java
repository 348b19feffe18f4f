package io.lighter.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes everything that people read of a memory run. */
public final class MemoryReport {
  /** Kinds of memory.stat that do not count again what another has. */
  private static final List<String> KINDS =
      List.of("anon", "file", "shmem", "slab", "pagetables", "kernel_stack", "percpu", "vmalloc");

  /** What is charged beside the program itself. */
  static final long AIM = 100 * 1024;

  private static final String QUESTION =
      """
      # What a start charges to the container's memory

      How much of a container's limit is gone before its program has done anything, and with how
      little does it run? Written by `lighter bench memory`; the figures are in
      [data.json](data.json).

      """;

  private static final String METHOD =
      """
      ## Method

      The cgroups of the containers are in the test kernel ([testing/kernel](../../testing/kernel/README.md)),
      which has the memory controller on every machine. The container is Docker's default one, as in
      [the start report](../start/README.md), over a root that is a folder on a tmpfs; its files are
      in memory before and are charged to nobody here. `true` is a static busybox, and the
      coreutils' one with the C library.

      - **smallest limit**: `memory.max` goes down, 3 % or a page at a time, until a start fails; what
        is shown is the last one with which three starts in a row ran to the end. As every page
        counts, this is what a start really needs at once.
      - **memory.peak** of a start without a limit, the median of 9. The kernel charges in batches of
        64 pages for each processor as long as there is room, so that 260 KB is the least that it
        shows.
      - **idle**: what `memory.stat` shows of a container that sleeps.

      The *floor* has no container at all: what it is charged is the program's own. What a runtime
      adds is the difference. A start by one that fails may panic this kernel, which is why the limit
      comes from above, and why every subject has a kernel of its own.

      """;

  private MemoryReport() {}

  /** Writes page and plot to {@code perf-reports/memory/}, and the table of the top README. */
  public static void write(MemoryData data, Path root) throws IOException {
    Report report = Report.of("memory", root);
    report.page(page(data, report.notes()));
    Map<String, Double> limits = new LinkedHashMap<>();
    data.subjects().forEach(subject -> limits.put(subject.name(), subject.limitStatic() / 1024.0));
    report.plot(
        "smallest-limit.png",
        Plots.bars("The smallest limit that runs a static true", "KB", limits));
    FurtherTable.write(root);
  }

  static String page(MemoryData data, String notes) {
    Map<String, String> descriptions = new LinkedHashMap<>();
    data.subjects().forEach(subject -> descriptions.put(subject.name(), subject.description()));
    return QUESTION
        + "## In short\n\n"
        + Text.table(
            List.of("KB", "smallest limit", "dynamic", "memory.peak", "dynamic"),
            data.subjects().stream().map(MemoryReport::row).toList())
        + "\n"
        + Sections.aims(aims(data))
        + "![the smallest limits](smallest-limit.png)\n\n"
        + METHOD
        + Sections.subjects(descriptions)
        + "## An idle container, by kind\n\n"
        + kinds(data)
        + "\n"
        + Sections.notes(notes)
        + Sections.machine(data.fingerprint(), Map.of("test kernel", data.kernel()));
  }

  private static List<String> row(MemoryData.Subject subject) {
    return List.of(
        subject.name(),
        Text.kilobytes(subject.limitStatic()),
        Text.kilobytes(subject.limitDynamic()),
        Text.kilobytes(subject.peakStatic()),
        Text.kilobytes(subject.peakDynamic()));
  }

  private static List<Aim> aims(MemoryData data) {
    MemoryData.Subject ours = data.subject(StartData.OURS);
    MemoryData.Subject floor = data.subject(StartData.FLOOR);
    if (ours == null || floor == null) {
      return List.of();
    }
    long added = ours.limitStatic() - floor.limitStatic();
    return List.of(
        aim("at most 100 KB charged at the start, the program itself aside", added),
        aim("the same with the program's own pages", ours.limitStatic()));
  }

  private static Aim aim(String words, long found) {
    return new Aim(words, Text.kilobytes(found) + " KB", found <= AIM);
  }

  private static String kinds(MemoryData data) {
    List<String> head = new ArrayList<>(List.of("KB"));
    data.subjects().forEach(subject -> head.add(subject.name()));
    List<List<String>> rows = new ArrayList<>();
    for (String kind : KINDS) {
      List<String> row = new ArrayList<>(List.of(kind));
      data.subjects()
          .forEach(subject -> row.add(Text.kilobytes(subject.kinds().getOrDefault(kind, 0L))));
      rows.add(row);
    }
    return Text.table(head, rows);
  }
}
