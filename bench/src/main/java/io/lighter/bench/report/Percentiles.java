package io.lighter.bench.report;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * A distribution of durations in nanoseconds, to three digits.
 *
 * @param count how many values
 * @param curve what a plot needs, by rising percentile
 */
public record Percentiles(
    long count,
    long min,
    long p50,
    long p90,
    long p99,
    long p999,
    long max,
    double mean,
    List<Point> curve) {

  /** Three digits up to a minute: more than a start may ever take. */
  private static final long HIGHEST_NANOS = 60_000_000_000L;

  private static final int DIGITS = 3;

  /**
   * A point of the curve.
   *
   * @param percentile 0 to 100
   * @param nanos the value that this share does not exceed
   */
  public record Point(double percentile, long nanos) {}

  public Percentiles {
    curve = List.copyOf(curve);
  }

  /** An empty histogram of the range and precision that all figures here have. */
  public static Histogram histogram() {
    return new Histogram(HIGHEST_NANOS, DIGITS);
  }

  public static Percentiles of(Histogram histogram) {
    List<Point> curve = new ArrayList<>();
    histogram
        .percentiles(5)
        .forEach(
            value ->
                curve.add(
                    new Point(value.getPercentileLevelIteratedTo(), value.getValueIteratedTo())));
    return new Percentiles(
        histogram.getTotalCount(),
        histogram.getMinValue(),
        histogram.getValueAtPercentile(50),
        histogram.getValueAtPercentile(90),
        histogram.getValueAtPercentile(99),
        histogram.getValueAtPercentile(99.9),
        histogram.getMaxValue(),
        histogram.getMean(),
        curve);
  }
}
