package io.lighter.bench.report;

import io.lighter.bench.report.ProxyData.Cell;
import io.lighter.bench.report.ProxyData.Level;
import io.lighter.bench.report.ProxyData.Sample;
import io.lighter.bench.report.ProxyData.Site;
import io.lighter.bench.report.ProxyData.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What the project set out to reach with the balancer, and what it reached, by site. */
final class ProxyAims {
  private static final double TIMES_PEER = 1.25;
  private static final double OF_CEILING = 0.98;
  private static final double TIMES_CEILING = 1.02;
  private static final double IDLE_BYTES = 256;
  private static final int LOAD = 80;
  private static final double GIB = 1L << 30;

  private ProxyAims() {}

  /** The aims that the data of a site can speak of. */
  static List<Aim> of(Site site) {
    List<Aim> aims = new ArrayList<>();
    Subject kernel = site.subject(ProxyNames.TIER_TWO);
    Subject ceiling = site.subject(ProxyNames.CEILING);
    if (kernel != null && ceiling != null) {
      tierTwo(aims, kernel, ceiling);
    }
    Subject ours = site.subject(ProxyNames.TIER_ONE);
    Subject peer = site.subject(ProxyNames.PEER);
    if (ours != null && peer != null) {
      tierOne(aims, ours, peer);
    }
    Double bytes = ours == null ? null : ProxyData.middleOf(ours.idleBytes());
    if (bytes != null) {
      aims.add(
          new Aim(
              "tier one: at most 0.25 kB of user memory for an idle connection",
              "%.0f B".formatted(bytes),
              bytes <= IDLE_BYTES));
    }
    return aims;
  }

  private static void tierTwo(List<Aim> aims, Subject kernel, Subject ceiling) {
    for (Cell cell :
        List.of(Cell.TURNS_1, Cell.TURNS_16, Cell.CONNECTS, Cell.BULK_1, Cell.BULK_16)) {
      ToDoubleFunction<Sample> figure = cell.isBulk() ? Sample::bytes : Sample::count;
      atLeast(
          aims,
          "tier two, " + cell.words() + ": within 2 % of a direct connection",
          kernel.ratio(ceiling, cell, figure),
          OF_CEILING);
    }
    atMost(
        aims,
        "tier two, median of a round trip: within 2 % of a direct connection",
        kernel.ratio(ceiling, Cell.TURNS_1, Sample::p50),
        TIMES_CEILING);
  }

  private static void tierOne(List<Aim> aims, Subject ours, Subject peer) {
    for (Cell cell : List.of(Cell.TURNS_16, Cell.CONNECTS)) {
      atLeast(
          aims,
          "tier one, " + cell.words() + ": 1.25 times HAProxy's rate",
          ours.ratio(peer, cell, Sample::count),
          TIMES_PEER);
      atLeast(
          aims,
          "the same for each second of the balancer's processor time",
          ours.ratio(peer, cell, ProxyAims::perCore),
          TIMES_PEER);
    }
    for (Cell cell : List.of(Cell.BULK_1, Cell.BULK_16)) {
      atMost(
          aims,
          "tier one, " + cell.words() + ": no more processor time for a GiB than HAProxy's splice",
          ours.ratio(peer, cell, ProxyAims::secondsForGib),
          1);
    }
    atMost(
        aims,
        "tier one, p99 at a fixed rate, 80 % of what HAProxy does: no worse than HAProxy's",
        ours.ratio(peer, Cell.LATENCY, Sample::p99),
        1);
    Double own = p99(ours.level(LOAD));
    Double others = p99(peer.level(LOAD));
    atMost(
        aims,
        "tier one, p99 at 80 % of its own capacity: no worse than HAProxy's at 80 % of its own",
        own == null || others == null ? null : Double.valueOf(own / others),
        1);
  }

  private static @Nullable Double p99(@Nullable Level level) {
    return level == null ? null : Double.valueOf((double) level.times().p99());
  }

  /** Round trips or connections for each second of the balancer's processor time. */
  static double perCore(Sample sample) {
    return sample.count() / sample.cpu();
  }

  static double secondsForGib(Sample sample) {
    return sample.cpu() / (sample.bytes() / GIB);
  }

  private static void atLeast(List<Aim> aims, String what, @Nullable Double found, double bound) {
    if (found != null) {
      aims.add(new Aim(what, times(found), found >= bound));
    }
  }

  private static void atMost(List<Aim> aims, String what, @Nullable Double found, double bound) {
    if (found != null) {
      aims.add(new Aim(what, times(found), found <= bound));
    }
  }

  private static String times(double found) {
    return String.format(Locale.ROOT, "%.3f times", found);
  }
}
