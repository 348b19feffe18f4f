package io.lighter.bench.probes;

import io.lighter.bench.report.Percentiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Probes that are due at fixed instants: each of N every second, the N spread over the second. One
 * that is late is timed from when it was due, and does not move those behind it.
 *
 * @param probes how many
 * @param seconds for how long
 * @param threads that carry them out
 */
record FixedSchedule(int probes, int seconds, int threads) {
  private static final long SECOND = 1_000_000_000L;

  /** One probe. */
  @FunctionalInterface
  interface Probe {
    /** Carries it out. */
    void run(int number) throws IOException;
  }

  /** Carries out the schedule; the times are from due to answered. */
  Percentiles run(Probe probe) throws IOException, InterruptedException {
    Histogram times = new ConcurrentHistogram(Percentiles.histogram());
    List<Future<?>> all = new ArrayList<>();
    long begin = System.nanoTime() + SECOND / 10;
    try (ScheduledExecutorService pool =
        Executors.newScheduledThreadPool(
            threads, Thread.ofPlatform().name("probe-", 0).daemon().factory())) {
      for (int second = 0; second < seconds; second++) {
        for (int number = 0; number < probes; number++) {
          long due = begin + second * SECOND + number * SECOND / probes;
          int which = number;
          all.add(
              pool.schedule(
                  () -> {
                    probe.run(which);
                    times.recordValue(Math.max(0, System.nanoTime() - due));
                    return null;
                  },
                  due - System.nanoTime(),
                  TimeUnit.NANOSECONDS));
        }
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a probe failed: " + e.getCause(), e);
    }
    return Percentiles.of(times);
  }
}
