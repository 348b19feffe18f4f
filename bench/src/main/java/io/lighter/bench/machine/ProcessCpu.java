package io.lighter.bench.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time of this process and of the children that it has waited for. */
final class ProcessCpu {

  /** USER_HZ is 100 on every architecture that this project runs on. */
  private static final long MICROS_PER_TICK = 10_000;

  private ProcessCpu() {}

  /** In microseconds, to ten milliseconds. */
  static long micros() throws IOException {
    return parse(Files.readString(Path.of("/proc/self/stat")));
  }

  /** The fields utime, stime, cutime and cstime of proc_pid_stat(5), 14 to 17. */
  static long parse(String stat) {
    // The second field is the program's name in brackets, which may have blanks in it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = 0;
    for (int field = 14; field <= 17; field++) {
      ticks += Long.parseLong(fields[field - 3]);
    }
    return ticks * MICROS_PER_TICK;
  }
}
