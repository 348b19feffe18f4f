package io.lighter.bench.start;

import io.lighter.bench.report.Percentiles;
import io.lighter.bench.report.Series;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Gathers the rounds of one subject under one load. Not safe for use by several threads. */
final class Accumulator {

  private final Histogram whole = Percentiles.histogram();
  private final Histogram toExec = Percentiles.histogram();
  private final Histogram toFirstInstruction = Percentiles.histogram();
  private final Histogram cleanUp = Percentiles.histogram();
  private final List<Long> roundMedians = new ArrayList<>();
  private final Load load;
  private long busyNanos;
  private long cpuMicros;
  private long machineMicros;
  private long heapBytes;

  Accumulator(Load load) {
    this.load = load;
  }

  Load load() {
    return load;
  }

  /**
   * Adds a turn.
   *
   * @param machine busy time of the whole machine during the round
   */
  void add(Round round, long machine) {
    Histogram thisRound = Percentiles.histogram();
    for (StartTimes start : round.starts()) {
      thisRound.recordValue(start.whole());
      cleanUp.recordValue(start.cleanUp());
      if (start.toExec() > 0) {
        toExec.recordValue(start.toExec());
      }
      if (start.toFirstInstruction() > 0) {
        toFirstInstruction.recordValue(start.toFirstInstruction());
      }
    }
    whole.add(thisRound);
    roundMedians.add(thisRound.getValueAtPercentile(50));
    busyNanos += round.busyNanos();
    cpuMicros += round.cpuMicros();
    heapBytes += round.heapBytes();
    machineMicros += machine;
  }

  Series series() {
    double allStarts = (double) roundMedians.size() * load.total();
    return new Series(
        Percentiles.of(whole),
        orNull(toExec),
        orNull(toFirstInstruction),
        Percentiles.of(cleanUp),
        whole.getTotalCount() * 1e9 / busyNanos,
        cpuMicros / allStarts,
        machineMicros / allStarts,
        heapBytes == 0 ? null : Math.round(heapBytes / allStarts),
        roundMedians);
  }

  /** The histogram of whole starts, for the log. */
  Histogram whole() {
    return whole;
  }

  private static @Nullable Percentiles orNull(Histogram histogram) {
    return histogram.getTotalCount() == 0 ? null : Percentiles.of(histogram);
  }
}
