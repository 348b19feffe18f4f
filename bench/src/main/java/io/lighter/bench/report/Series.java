package io.lighter.bench.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One subject under one load, all rounds together.
 *
 * @param whole from the request's due time to the end of the clean-up
 * @param toExec from the due time to the success of execve, where the subject sees it
 * @param toFirstInstruction from the due time to the payload's first instruction, where measured
 * @param cleanUp from the reaped payload to nothing left
 * @param startsPerSecond counted starts over the time in which they were due or running
 * @param cpuMicros processor time of the subject and its children, per start
 * @param machineCpuMicros busy time of the whole machine, per start: the kernel's later work and
 *     whatever else ran too
 * @param heapBytes Java heap allocated per start; null for subjects without a heap
 * @param roundMedians p50 of {@code whole} in each round, in nanoseconds: how steady it was
 */
public record Series(
    Percentiles whole,
    @Nullable Percentiles toExec,
    @Nullable Percentiles toFirstInstruction,
    Percentiles cleanUp,
    double startsPerSecond,
    double cpuMicros,
    double machineCpuMicros,
    @Nullable Long heapBytes,
    List<Long> roundMedians) {

  public Series {
    roundMedians = List.copyOf(roundMedians);
  }
}
