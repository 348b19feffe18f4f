package io.lighter.bench.report;

import io.lighter.bench.report.ProxyData.Cell;
import io.lighter.bench.report.ProxyData.Sample;
import io.lighter.bench.report.ProxyData.Site;
import io.lighter.bench.report.ProxyData.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes everything that people read of a run of the load balancers. */
public final class ProxyReport {
  private static final Marked MARKED =
      new Marked(
          "<!-- bench proxy: written by `lighter bench proxy` -->", "<!-- bench proxy: end -->");
  private static final String QUESTION =
      """
      # What a load balancer costs

      What does it cost to have a balancer between client and server, in throughput, in time and in
      processor time, and what do clients notice when servers come and go? The ceiling is `direct`,
      no balancer; the anchor is HAProxy. Written by `lighter bench proxy`; the figures are in
      [data.json](data.json), the times of the sweep in `sweep.hlog`.

      """;

  private static final String METHOD =
      """
      ## Method

      Client and server are programs of our own, each a JVM of one thread, pinned to the first
      processor; the balancer has the second to itself, and one thread. At *loopback* all have
      127.0.0.1, which is kind to everybody; in *namespaces* packets pass two pairs of veth devices,
      and where there is no proxy they are forwarded. All subjects have the same client and servers,
      so that what differs between them is theirs; nftables and turbo, which would have a part in what
      others do, have their own. All have done everything for some seconds before anything counts.
      SITTING They take turns: each measurement is of one after the other, in an order that is drawn
      anew each round, so what is compared is seconds apart. A figure is the median of the rounds, and
      what an aim was found to be the median of the rounds' ratios. A measurement during which other
      processes, or the hypervisor, had more than 5 % of the machine is made again, up to twice, and
      does not count if there is a quiet one. Slow readers, idle connections, changes and the killed
      server are measured in the first three rounds.

      Client and server are together slower than a good balancer: where all figures of a row are close
      to those of `direct`, it is these two that were measured.

      *Round trips* and *connections* are closed loops: who is slow is asked less often, so their times
      are service times. At a *fixed rate*, and in the *sweep*, a message is due by the clock, and its
      time is counted from then on (no coordinated omission). The fixed rate is four fifths of what
      HAProxy did with as many connections; the sweep has parts of each subject's own capacity, which
      is what it did in a closed loop of 16 connections just before.

      - **CPU of the balancer** is its process, user and system. Where the kernel balances it has none.
      - **CPU of the machine** is everything: client, server, balancer, and what the kernel does in
        interrupts. What eBPF and NAT cost is the difference to `direct`.
      - **Memory** of an idle connection is the growth of the balancer's anonymous memory from a tenth
        of the connections to all of them, the first time that there are so many, each of which has done
        one round trip. Sockets are memory of the kernel, and the same for all. What a heap has in
        memory already when they come is no growth; `IdleMemoryTest` counts what an idle connection of
        ours really takes, 256 bytes.
      - **A server is killed** (signal 9) while 16 clients make connections of one round trip, one after
        the other. An error is a connection that is refused, reset or ended without its answer; who got
        one tries again after a millisecond. HAProxy and ours look five times a second whether a server
        is there; nginx finds out by failures only.
      - **Changes**: one of two servers is taken out and put in again, a change every 4 ms or as fast as
        it goes, under the same load.

      """;

  private ProxyReport() {}

  /** Writes page and plots to {@code perf-reports/proxy/}, and the table of the top README. */
  public static void write(ProxyData data, Path root) throws IOException {
    Report report = Report.of("proxy", root);
    Map<String, String> plots = new LinkedHashMap<>();
    for (Site site : data.sites()) {
      plots.put(site.name(), ProxyPlots.write(site, report));
    }
    report.page(page(data, plots, report.notes()));
    Path readme = root.resolve("README.md");
    if (Files.exists(readme)) {
      String replaced = MARKED.replacedIn(Files.readString(readme), headline(data));
      if (replaced != null) {
        Files.writeString(readme, replaced);
      }
    }
  }

  /** The page of a run that is not kept, without plots. */
  public static String page(ProxyData data) {
    return page(data, Map.of(), "");
  }

  /** With what leads to it, so that before the first run there is nothing at all. */
  private static String headline(ProxyData data) {
    Site honest = data.site(ProxyData.NAMESPACES);
    Site site = honest == null ? data.sites().getFirst() : honest;
    return """
    Balancing connections, from `./lighter bench proxy` ([report](perf-reports/proxy/README.md)):
    %s.
    `direct` has no balancer, and is the ceiling:

    """
            .formatted(site.description())
        + ProxyTables.throughput(site);
  }

  static String page(ProxyData data, Map<String, String> plots, String notes) {
    StringBuilder aims = new StringBuilder();
    StringBuilder sites = new StringBuilder();
    Map<String, String> descriptions = new LinkedHashMap<>();
    for (Site site : data.sites()) {
      List<Aim> of = ProxyAims.of(site);
      aims.append(of.isEmpty() ? "" : "**" + site.name() + "**\n\n" + Sections.aims(of));
      sites.append(section(site, plots.getOrDefault(site.name(), "")));
      site.subjects().forEach(subject -> descriptions.put(subject.name(), subject.description()));
    }
    return QUESTION
        + "## In short\n\n"
        + Sections.quiet(data.fingerprint())
        + noise(data)
        + aims
        + sites
        + METHOD.replace("SITTING", sitting(data.sitting()))
        + Sections.subjects(descriptions)
        + Sections.notes(notes)
        + Sections.machine(
            data.fingerprint(),
            Map.of(
                "rounds, seconds each",
                data.rounds() + ", " + String.format(Locale.ROOT, "%.1f", data.seconds())));
  }

  private static String sitting(int rounds) {
    return rounds == 0
        ? "They are there all the time."
        : "After every %d rounds all of them are new, for two JVMs of one program differ by some"
                .formatted(rounds)
            + " percent as long as they live.";
  }

  /** A warning when there are cells without a quiet sample. */
  private static String noise(ProxyData data) {
    int noisy = 0;
    for (Site site : data.sites()) {
      for (Subject subject : site.subjects()) {
        for (Cell cell : Cell.values()) {
          List<Sample> counted = subject.counted(cell);
          noisy += counted.isEmpty() || counted.getFirst().wasQuiet() ? 0 : 1;
        }
      }
    }
    return noisy == 0
        ? ""
        : "**In "
            + noisy
            + " cells others had more than 5 % of the machine in every round: these figures are"
            + " rough.**\n\n";
  }

  private static String section(Site site, String plots) {
    StringBuilder text = new StringBuilder("## " + site.name() + "\n\n");
    text.append(capital(site.description())).append(".\n\n");
    part(text, "In a second:", ProxyTables.throughput(site));
    text.append(plots);
    part(text, "Least and most of the rounds:", ProxyTables.spread(site));
    part(text, "CPU of the balancer:", ProxyTables.cpu(site));
    part(text, "CPU of the machine:", ProxyTables.machine(site));
    String fixed =
        site.rate() == 0
            ? ""
            : "; the fixed rate is " + Text.whole(Math.round(site.rate())) + " a second";
    part(text, "Times, us" + fixed + ":", ProxyTables.times(site));
    part(text, "The sweep, times in us, all rounds together:", ProxyTables.levels(site));
    String idle = site.idle() == 0 ? "" : ", " + Text.whole(site.idle()) + " of them";
    part(
        text,
        "Servers that come and go, and idle connections" + idle + ":",
        ProxyTables.events(site));
    return text.toString();
  }

  /** Nothing when the table has only a head. */
  private static void part(StringBuilder text, String title, String table) {
    if (table.lines().count() > 2) {
      text.append(title).append("\n\n").append(table).append('\n');
    }
  }

  private static String capital(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }
}
