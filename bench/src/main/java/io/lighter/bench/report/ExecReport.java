package io.lighter.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes everything that people read of an exec run. */
public final class ExecReport {
  private static final String QUESTION =
      """
      # What a further process in a container costs

      How long does it take from the request for an exec to the end of the process, reaped? Written
      by `lighter bench exec`; the figures are in [data.json](data.json), all values as histograms
      in [whole.hlog](whole.hlog).

      """;

  private static final String METHOD =
      """
      ## Method

      Every subject has a container of its own that idles: Docker's default one, as in
      [the start report](../start/README.md), with its 14 capabilities and its system-call filter,
      but for its root, which is a folder of a static busybox on a tmpfs. In it `/bin/true` is
      executed, with the container's capabilities and filter, born in its cgroup. The container has
      no limits.

      - *One at a time*: the next exec is due when the last one is reaped.
      - *64 at once*: 64 are due at the same instant, and each is timed from that instant.

      Every round has every subject under every load once, in an order drawn anew each round; each
      turn begins with execs that do not count. The command-line runtimes are spawned by a C program
      with vfork and exec, so that none pays for a JVM's way to spawn. What is compared is a call of
      a library with a process that is started, reads what it needs and calls the kernel: that
      difference is what an engine has that calls the one or the other.

      **CPU** is the processor time of the subject and all its children, an exec.

      """;

  private ExecReport() {}

  /** Writes page and plots to {@code perf-reports/exec/}, and the table of the top README. */
  public static void write(ExecData data, Path root) throws IOException {
    Report report = Report.of("exec", root);
    report.page(page(data, report.notes()));
    report.plot(
        "one-at-a-time.png",
        Plots.byPercentile(
            "Exec + exit, one at a time", Plots.curves(data.subjects(), StartData.ONE)));
    report.plot(
        "at-once.png",
        Plots.byPercentile(
            "Exec + exit, 64 at once", Plots.curves(data.subjects(), StartData.MANY)));
    FurtherTable.write(root);
  }

  static String page(ExecData data, String notes) {
    return QUESTION
        + "## In short\n\n"
        + Sections.quiet(data.fingerprint())
        + Sections.aims(aims(data))
        + METHOD
        + Sections.subjects(data.subjects())
        + "## One at a time\n\n"
        + LoadTable.of(data.subjects(), StartData.ONE)
        + "\n![latency by percentile](one-at-a-time.png)\n\n## 64 at once\n\n"
        + LoadTable.of(data.subjects(), StartData.MANY)
        + "\n![latency by percentile](at-once.png)\n\n"
        + Sections.notes(notes)
        + Sections.machine(data.fingerprint(), Map.of("rounds", String.valueOf(data.rounds())));
  }

  private static List<Aim> aims(ExecData data) {
    List<Aim> aims = new ArrayList<>();
    Series ours = data.series(StartData.OURS, StartData.ONE);
    Series crun = data.series("crun", StartData.ONE);
    Series floor = data.series(StartData.FLOOR, StartData.ONE);
    if (ours != null && crun != null) {
      double part = (double) ours.whole().p50() / crun.whole().p50();
      aims.add(
          new Aim(
              "p50 at most 1/5 of crun's", "1/" + Aim.figure(1 / part), part <= Aim.PART_OF_CRUN));
    }
    if (ours != null && floor != null) {
      double times = (double) ours.whole().p50() / floor.whole().p50();
      aims.add(new Aim("p50 at most 2 times the floor", Aim.figure(times) + " times", times <= 2));
    }
    return aims;
  }
}
