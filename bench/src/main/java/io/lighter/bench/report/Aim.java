package io.lighter.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the project set out to reach, and what it reached.
 *
 * @param aim in words
 * @param found the figure
 * @param reached whether that is enough
 */
record Aim(String aim, String found, boolean reached) {

  private static final double TIMES_FLOOR = 2;
  static final double PART_OF_CRUN = 0.2;
  private static final double STARTS_PER_SECOND = 500;
  private static final long HEAP_BYTES = 2048;

  /** The aims that the data can speak of; none when our runtime did not take part. */
  static List<Aim> of(StartData data) {
    List<Aim> aims = new ArrayList<>();
    Series ours = series(data, StartData.OURS, StartData.ONE);
    Series floor = series(data, StartData.FLOOR, StartData.ONE);
    Series crun = series(data, "crun", StartData.ONE);
    Series many = series(data, StartData.OURS, StartData.MANY);
    if (ours != null && floor != null) {
      double times = (double) ours.whole().p50() / floor.whole().p50();
      aims.add(
          new Aim("p50 at most 2 times the floor", figure(times) + " times", times <= TIMES_FLOOR));
    }
    if (ours != null && crun != null) {
      double part = (double) ours.whole().p50() / crun.whole().p50();
      aims.add(new Aim("p50 at most 1/5 of crun's", "1/" + figure(1 / part), part <= PART_OF_CRUN));
    }
    Series unfiltered = series(data, "crun-unfiltered", StartData.ONE);
    if (ours != null && unfiltered != null) {
      double part = (double) ours.whole().p50() / unfiltered.whole().p50();
      aims.add(
          new Aim(
              "the same of a crun that need not compile its filter",
              "1/" + figure(1 / part),
              part <= PART_OF_CRUN));
    }
    if (many != null) {
      double rate = many.startsPerSecond();
      aims.add(
          new Aim(
              "64 at once: 500 starts/s or more",
              Text.whole(Math.round(rate)) + " starts/s",
              rate >= STARTS_PER_SECOND));
    }
    if (ours != null && ours.heapBytes() != null) {
      aims.add(
          new Aim(
              "at most 2 KB of Java heap allocated a start",
              Text.whole(ours.heapBytes()) + " B",
              ours.heapBytes() <= HEAP_BYTES));
    }
    return aims;
  }

  /** Two decimals. */
  static String figure(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static @Nullable Series series(StartData data, String subject, String load) {
    SubjectData found = data.subject(subject);
    return found == null ? null : found.under(load);
  }
}
