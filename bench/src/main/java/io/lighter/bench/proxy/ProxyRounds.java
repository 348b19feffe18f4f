package io.lighter.bench.proxy;

import io.lighter.bench.report.ProxyData;
import io.lighter.bench.report.ProxyData.Cell;
import io.lighter.bench.report.ProxyData.Part;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * The rounds at one site. All subjects are there at a time, and take turns: each measurement is of
 * one after the other, in an order that is drawn anew each round.
 *
 * @param cgroup for clients that no balancer of the kernel serves
 * @param seconds of each measurement
 * @param idle how many connections are idle, where some are
 */
record ProxyRounds(
    Programs programs, Path folder, Path cgroup, Set<Part> parts, double seconds, int idle) {
  /** Of what HAProxy does at most, where the rate is the same for all. */
  private static final double LOAD = 0.8;

  /** Parts of each one's capacity, in percent. */
  private static final int[] LEVELS = {10, 30, 50, 70, 80, 90};

  /** What takes long is done in so many rounds. */
  private static final int SELDOM = 3;

  /**
   * So many rounds have the same processes. Subjects share client and servers, so what these are
   * like is no difference between subjects; but they warm up longer than a round takes.
   */
  static final int SITTING = 5;

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

  /** Returns what is measured at a kind of site, of what is asked for. */
  Set<Part> partsAt(String site) {
    Set<Part> here = EnumSet.noneOf(Part.class);
    here.addAll(parts);
    here.removeAll(site.equals(ProxyData.LOOPBACK) ? NAMESPACES_ONLY : LOOPBACK_ONLY);
    return here;
  }

  /**
   * Has all subjects that can be at a kind of site do everything, round by round. After some rounds
   * all processes are new: two JVMs of the same program differ by more than what is looked for, for
   * as long as they live.
   *
   * @param at the name of the kind
   */
  Outcome run(String at, List<ProxySubject> all, int rounds)
      throws IOException, InterruptedException {
    Set<Part> here = partsAt(at);
    List<Found> found = all.stream().filter(subject -> subject.isAt(at)).map(Found::new).toList();
    String description = "";
    double rate = 0;
    for (int first = 0; first < rounds; first += SITTING) {
      try (Sitting sitting = new Sitting(this, at)) {
        List<Contender> contenders = sitting.seat(found);
        for (Contender contender : contenders) {
          System.err.printf("%s: %s warms up%n", at, contender.name());
          contender.warmUp();
        }
        if (first == 0) {
          description = sitting.description();
          rate = here.contains(Part.LATENCY) || here.contains(Part.SLOW) ? rate(contenders) : 0;
        }
        for (int round = first; round < Math.min(first + SITTING, rounds); round++) {
          System.err.printf("%s, round %d of %d%n", at, round + 1, rounds);
          round(round, contenders, here, rate);
        }
      }
    }
    return new Outcome(
        new ProxyData.Site(
            at,
            description,
            rate,
            here.contains(Part.IDLE) ? idle : 0,
            found.stream().map(Found::data).toList()),
        found);
  }

  private void round(int round, List<Contender> contenders, Set<Part> here, double rate)
      throws IOException, InterruptedException {
    List<Contender> order = new ArrayList<>(contenders);
    Collections.shuffle(order);
    often(order, here, rate);
    if (round < SELDOM) {
      seldom(order, here, rate);
    }
  }

  /** One measurement, of all subjects, and then the next: what is compared is close in time. */
  private static void often(List<Contender> order, Set<Part> here, double rate) throws IOException {
    for (Cell cell : Cell.values()) {
      if (here.contains(cell.part()) && cell.part() != Part.IDLE && cell.part() != Part.SLOW) {
        for (Contender contender : order) {
          contender.measure(cell, rate);
        }
      }
    }
    if (here.contains(Part.SWEEP)) {
      for (int percent : LEVELS) {
        for (Contender contender : order) {
          contender.sweep(percent);
        }
      }
    }
  }

  private void seldom(List<Contender> order, Set<Part> here, double rate)
      throws IOException, InterruptedException {
    for (Contender contender : order) {
      if (here.contains(Part.SLOW)) {
        contender.slow(rate);
      }
      if (here.contains(Part.IDLE)) {
        contender.idle(idle);
      }
      if (here.contains(Part.CHANGES) && contender.chooses()) {
        contender.changes();
      }
      if (here.contains(Part.KILL) && contender.chooses()) {
        contender.kill();
      }
    }
  }

  private static double rate(List<Contender> contenders) throws IOException {
    for (Contender contender : contenders) {
      if (contender.name().equals(Haproxy.NAME)) {
        return LOAD * contender.capacity();
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
