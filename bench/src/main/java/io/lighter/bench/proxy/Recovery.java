package io.lighter.bench.proxy;

import io.lighter.bench.proxy.traffic.Answer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** When a rate is back after something happened. Pure arithmetic. */
final class Recovery {
  /** Nine tenths of what it was before, over so many steps. */
  private static final int WINDOW = 5;

  private static final double BACK = 0.9;

  private Recovery() {}

  /**
   * Returns how long it took until the rate was back, to ten milliseconds.
   *
   * @param progress in steps of {@link Answer#STEP_NANOS}
   * @param happened the instant, nanoseconds from the begin of the first step
   * @return milliseconds; null when it was not back before the end
   * @throws IllegalArgumentException when there are not enough steps before the instant
   */
  static @Nullable Double millis(List<Integer> progress, long happened) {
    int first = (int) (happened / Answer.STEP_NANOS);
    if (first < WINDOW) {
      throw new IllegalArgumentException("it happened in step " + first + ": too early to compare");
    }
    double before = progress.subList(0, first).stream().mapToInt(n -> n).average().orElse(0);
    for (int step = first; step + WINDOW <= progress.size(); step++) {
      double now =
          progress.subList(step, step + WINDOW).stream().mapToInt(n -> n).average().orElse(0);
      if (now >= BACK * before) {
        long begin = step * Answer.STEP_NANOS;
        return Math.max(0, begin - happened) / 1e6;
      }
    }
    return null;
  }
}
