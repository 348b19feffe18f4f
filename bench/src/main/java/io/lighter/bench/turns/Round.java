package io.lighter.bench.start;

import java.util.List;

/**
 * What one subject did in one turn.
 *
 * @param starts the counted starts, in the order in which they were due
 * @param cpuMicros processor time of the subject and all its children, warm-up included
 * @param heapBytes Java heap allocated, warm-up included; 0 for subjects without a heap
 */
public record Round(List<StartTimes> starts, long cpuMicros, long heapBytes) {

  /** Wall time of the counted starts: the sum over bursts from due time to the last clean-up. */
  public long busyNanos() {
    long sum = 0;
    long due = Long.MIN_VALUE;
    long end = 0;
    for (StartTimes start : starts) {
      if (start.intended() != due) {
        sum += due == Long.MIN_VALUE ? 0 : end - due;
        due = start.intended();
        end = 0;
      }
      end = Math.max(end, start.end());
    }
    return due == Long.MIN_VALUE ? 0 : sum + end - due;
  }
}
