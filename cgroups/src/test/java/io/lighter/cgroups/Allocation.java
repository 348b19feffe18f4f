package io.lighter.cgroups;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Bytes of the Java heap that a thread takes for readings of statistics. */
final class Allocation {
  private static final int WARM_UP = 2_000;
  private static final int ROUNDS = 5;
  private static final int READINGS = 200;

  private Allocation() {}

  /** Returns the least of several rounds: the compiler may allocate beside one of them. */
  static long ofReading(StatisticsReader reader, CgroupStatistics statistics) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    read(WARM_UP, reader, statistics);
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      read(READINGS, reader, statistics);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  private static void read(int times, StatisticsReader reader, CgroupStatistics statistics) {
    for (int i = 0; i < times; i++) {
      reader.read(statistics);
    }
  }
}
