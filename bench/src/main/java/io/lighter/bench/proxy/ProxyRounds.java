package io.lighter.bench.proxy;

import io.lighter.bench.report.ProxyData;
import io.lighter.bench.report.ProxyData.Part;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * The rounds at one site: in each every subject does everything, in turn.
 *
 * @param seconds of each measurement
 * @param idle how many connections are idle, where some are
 */
record ProxyRounds(Programs programs, Path folder, Set<Part> parts, double seconds, int idle) {
  /** Of what HAProxy does at most, where the rate is the same for all. */
  private static final double LOAD = 0.8;

  /** What happens to connections is the same with devices and without: once is enough. */
  private static final Set<Part> LOOPBACK_ONLY =
      EnumSet.of(Part.SLOW, Part.IDLE, Part.CHANGES, Part.KILL);

  /** Where devices are, latency is what people see. */
  private static final Set<Part> NAMESPACES_ONLY = EnumSet.of(Part.SWEEP);

  ProxyRounds {
    parts = Set.copyOf(parts);
  }

  /** What was found at a site. */
  record Outcome(ProxyData.Site data, List<Found> found) {
    Outcome {
      found = List.copyOf(found);
    }
  }

  /** Returns what is measured at a site, of what is asked for. */
  Set<Part> partsAt(Site site) {
    Set<Part> here = EnumSet.noneOf(Part.class);
    here.addAll(parts);
    here.removeAll(site instanceof Loopback ? NAMESPACES_ONLY : LOOPBACK_ONLY);
    return here;
  }

  Outcome run(Site site, List<ProxySubject> all, int rounds)
      throws IOException, InterruptedException {
    List<ProxySubject> subjects = all.stream().filter(subject -> subject.isAt(site)).toList();
    Set<Part> here = partsAt(site);
    double rate = here.contains(Part.LATENCY) || here.contains(Part.SLOW) ? rate(site, all) : 0;
    List<Found> found = new ArrayList<>();
    subjects.forEach(subject -> found.add(new Found(subject)));
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < subjects.size(); i++) {
        ProxySubject subject = subjects.get(i);
        System.err.printf(
            "%s, round %d of %d: %s%n", site.name(), round + 1, rounds, subject.name());
        try (Stand stand = new Stand(programs, site, subject, folder)) {
          Turn turn = new Turn(stand, here, seconds, rate, idle);
          turn.warmUp();
          turn.run(found.get(i));
        }
      }
    }
    return new Outcome(
        new ProxyData.Site(
            site.name(),
            site.description(),
            rate,
            here.contains(Part.IDLE) ? idle : 0,
            found.stream().map(Found::data).toList()),
        found);
  }

  private double rate(Site site, List<ProxySubject> subjects)
      throws IOException, InterruptedException {
    for (ProxySubject subject : subjects) {
      if (subject instanceof Haproxy) {
        try (Stand stand = new Stand(programs, site, subject, folder)) {
          Turn turn = new Turn(stand, parts, seconds, 0, idle);
          turn.warmUp();
          return LOAD * turn.capacity();
        }
      }
    }
    throw new IllegalStateException("haproxy is among the subjects");
  }

  /** Writes all times of the sweep, tagged {@code SITE/SUBJECT/PERCENT}. */
  static void writeHistograms(List<Outcome> outcomes, Path file) throws IOException {
    try (PrintStream out =
        new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
      HistogramLogWriter log = new HistogramLogWriter(out);
      log.outputLogFormatVersion();
      log.outputComment("[round trips from when they were due, nanoseconds]");
      log.outputLegend();
      for (Outcome outcome : outcomes) {
        for (int i = 0; i < outcome.found().size(); i++) {
          String name = outcome.data().name() + "/" + outcome.data().subjects().get(i).name();
          outcome
              .found()
              .get(i)
              .times()
              .forEach((percent, times) -> write(log, name + "/" + percent, times));
        }
      }
    }
  }

  private static void write(HistogramLogWriter log, String tag, Histogram times) {
    Histogram tagged = times.copy();
    tagged.setTag(tag.replace(' ', '-'));
    log.outputIntervalHistogram(0, 0, tagged, 1_000_000.0);
  }
}
