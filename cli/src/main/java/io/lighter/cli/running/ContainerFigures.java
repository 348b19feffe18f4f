package io.lighter.cli.running;

import static io.lighter.cgroups.CgroupStatistics.ABSENT;

import io.lighter.runtime.logs.LogStatistics;
import org.jspecify.annotations.Nullable;

/**
 * What a container had used at one moment. What the kernel does not count for it is {@link
 * io.lighter.cgroups.CgroupStatistics#ABSENT}.
 *
 * @param nanos the moment, by {@link System#nanoTime}
 * @param cpuMicros CPU time since its start
 * @param memory bytes in use, without files that nobody has used for a while
 * @param memoryLimit bytes it may use: the machine's memory when it has no limit of its own
 * @param network what went through its network interfaces
 * @param read bytes from block devices
 * @param written bytes to block devices
 * @param pids processes and threads
 * @param log what has become of its log; null when none is kept
 */
public record ContainerFigures(
    long nanos,
    long cpuMicros,
    long memory,
    long memoryLimit,
    NetworkBytes network,
    long read,
    long written,
    long pids,
    @Nullable LogStatistics log) {
  private static final double NANOS_IN_MICRO = 1000;
  private static final double PER_CENT = 100;

  /**
   * Returns how much of a CPU was used between two moments, in per cent: 200 is two CPUs.
   *
   * @return NaN when that was not counted
   */
  public double cpuPercentSince(ContainerFigures before) {
    long time = nanos - before.nanos;
    return cpuMicros == ABSENT || before.cpuMicros == ABSENT || time <= 0
        ? Double.NaN
        : (cpuMicros - before.cpuMicros) * NANOS_IN_MICRO / time * PER_CENT;
  }

  /**
   * Returns how much of the memory that it may use is in use, in per cent.
   *
   * @return NaN when that is not counted
   */
  public double memoryPercent() {
    return memory == ABSENT || memoryLimit <= 0 ? Double.NaN : memory * PER_CENT / memoryLimit;
  }
}
