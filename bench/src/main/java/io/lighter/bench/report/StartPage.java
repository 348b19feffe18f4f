package io.lighter.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The page of a start run: a pure function of the data and of what people noted. */
final class StartPage {

  private static final String QUESTION =
      """
      # What a container start costs

      How long does it take from the request for a container to its end with nothing left behind,
      and how near is that to what the kernel itself needs? This page and its plots are written by
      `lighter bench start`; the figures are in [data.json](data.json), all values as histograms in
      [whole.hlog](whole.hlog).

      """;

  private static final String METHOD =
      """
      ## Method

      **The container** is the same for all: what Docker gives by default. New pid, mount, uts, ipc,
      cgroup and network namespaces; an overlay root (one lower layer: a static busybox); /proc, /dev
      with the default nodes and links, devpts, /sys read-only, cgroup2, mqueue, shm; masked and
      read-only paths; 14 capabilities; Docker's default system-call filter; a cgroup of its own.
      It runs `/bin/true`. Before anything is timed each subject runs it with a payload that
      prints what it sees, and the prints are compared: below each subject's name stands where its container differs from
      the floor's.

      **A start** is timed from the moment the request is due to the moment nothing is left: the
      payload has ended and is reaped, mounts, cgroup and the upper folder are gone.

      - *One at a time*: the next request is due when the last start is cleaned up. No request ever
        waits for another, so service time is what a lone caller sees.
      - *64 at once*: 64 requests are due at the same instant, and each is timed from that instant,
        whether or not a worker was free to take it; so no waiting is left out (no coordinated
        omission). The next 64 are due when all are cleaned up. Starts/s is counted over those bursts.
      - *First instruction*: the payload is a program without a C library that writes the clock with
        its first instructions. The subject need not be able to say anything.

      **In turn**: every round has every subject under every load once, in an order drawn anew each
      round, so that drift of the machine meets all alike. Each turn begins with starts that do not
      count.

      **Fairness.** The command-line runtimes are spawned by a C program with vfork and exec, not by
      a JVM. They take a ready root, so that program mounts the overlay with mount(2) before each
      start and unmounts it after, as an engine would; that is part of their time (some 0.1 ms).
      Their bundles, like our specification, are ready before the clock runs. Everything written lies
      on a tmpfs. All run in a private mount namespace with cgroup v2 alone, without device rules and
      limits, which this kernel set-up does not offer to all of them.

      **CPU a start** is the processor time of the subject and all its children. *Machine* is the busy
      time of all processors: it also has what the kernel does later, such as taking down a network
      namespace, and whatever else the machine did.

      """;

  private StartPage() {}

  /**
   * @param notes what people found out about the figures, in Markdown; may be empty
   */
  static String of(StartData data, String notes) {
    StringBuilder page = new StringBuilder(QUESTION);
    page.append("## In short\n\n").append(HeadlineTable.of(data)).append('\n');
    page.append(Sections.quiet(data.fingerprint()));
    page.append(Sections.aims(Aim.of(data)));
    page.append(METHOD);
    page.append(Sections.subjects(data.subjects()));
    appendLoad(page, data, StartData.ONE, "one-at-a-time.png");
    appendLoad(page, data, StartData.MANY, "at-once.png");
    appendFirstInstruction(page, data);
    appendFloor(page, data);
    page.append(Sections.notes(notes));
    page.append(
        Sections.machine(data.fingerprint(), Map.of("rounds", String.valueOf(data.rounds()))));
    return page.toString();
  }

  private static void appendLoad(StringBuilder page, StartData data, String load, String plot) {
    page.append("## ").append(capitalised(load)).append("\n\n");
    page.append(LoadTable.of(data.subjects(), load));
    page.append("\n![latency by percentile](").append(plot).append(")\n\n");
    if (load.equals(StartData.MANY)) {
      page.append("![starts per second](throughput.png)\n\n");
    }
  }

  private static void appendFirstInstruction(StringBuilder page, StartData data) {
    List<List<String>> rows = new ArrayList<>();
    for (SubjectData subject : data.subjects()) {
      Series series = subject.under(StartData.FIRST_INSTRUCTION);
      Percentiles time = series == null ? null : series.toFirstInstruction();
      if (time != null) {
        rows.add(
            List.of(
                subject.name(),
                String.valueOf(time.count()),
                Text.millis(time.min()),
                Text.millis(time.p50()),
                Text.millis(time.p99()),
                Text.millis(time.max())));
      }
    }
    page.append("## To the payload's first instruction\n\n");
    page.append(Text.table(List.of("ms", "starts", "min", "p50", "p99", "max"), rows)).append('\n');
  }

  private static void appendFloor(StringBuilder page, StartData data) {
    page.append(
        """
        ## Where the floor's time goes

        Nobody who does this work through this kernel can be faster than the floor, save by having
        some of it ready before the request. One part more on each rung, medians of whole starts:

        """);
    List<List<String>> rungs = new ArrayList<>();
    long before = 0;
    for (StartData.Rung rung : data.ladder()) {
      rungs.add(
          List.of(rung.added(), Text.micros(rung.median()), Text.micros(rung.median() - before)));
      before = rung.median();
    }
    page.append(Text.table(List.of("the floor with", "us", "more"), rungs));
    int calls =
        data.steps().stream()
            .filter(step -> !step.name().startsWith(StartData.PARENT))
            .mapToInt(StartData.Step::calls)
            .sum();
    page.append("\n![the floor, part by part](floor.png)\n\nCall by call in the full container, ");
    page.append(calls).append(" of them in the child:\n\n");
    page.append(
        Text.table(
            List.of("step", "calls", "us"),
            data.steps().stream()
                .map(s -> List.of(s.name(), String.valueOf(s.calls()), Text.micros(s.nanos())))
                .toList()));
    page.append('\n');
  }

  private static String capitalised(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
