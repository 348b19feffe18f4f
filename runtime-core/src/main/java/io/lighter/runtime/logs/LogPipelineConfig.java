package io.lighter.runtime.logs;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How a pipeline works.
 *
 * @param lanes threads that take logs, at least 1; more are added while sinks block
 * @param window how long what a busy container writes is let gather, so that it is taken in few
 *     large reads; what a quiet one writes is taken at once
 * @param pause after which a sink that could not keep anything is asked again
 * @param patience how long a lane may be at one container before another thread goes on with the
 *     others
 * @param clock nanoseconds since 1970
 * @param commitPoints where what survives this process comes from
 */
public record LogPipelineConfig(
    int lanes,
    Duration window,
    Duration pause,
    Duration patience,
    LongSupplier clock,
    CommitPoints commitPoints) {
  /** Checks the figures. */
  public LogPipelineConfig {
    if (lanes < 1) {
      throw new IllegalArgumentException("a log pipeline needs a lane, not " + lanes);
    }
  }

  /** One lane for each two processors, a window of 1 ms, and nobody who keeps commit points. */
  public static LogPipelineConfig of(LongSupplier clock, CommitPoints commitPoints) {
    int lanes = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    return new LogPipelineConfig(
        lanes,
        Duration.ofMillis(1),
        Duration.ofMillis(100),
        Duration.ofMillis(100),
        clock,
        commitPoints);
  }
}
