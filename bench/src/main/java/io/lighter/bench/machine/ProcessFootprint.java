package io.lighter.bench.machine;

import io.lighter.bench.report.Footprint;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Reads what this process holds. */
public final class ProcessFootprint {
  private static final int COLLECTIONS = 4;

  private ProcessFootprint() {}

  /** Collects the garbage first. */
  public static Footprint now() throws IOException, InterruptedException {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      Thread.sleep(200);
    }
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new Footprint(
        kilobytes("Rss:") * 1024,
        kilobytes("Pss:") * 1024,
        heap,
        entries("/proc/self/task"),
        entries("/proc/self/fd"));
  }

  private static long kilobytes(String field) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/smaps_rollup"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .map(line -> line.substring(field.length()).replace("kB", "").strip())
          .mapToLong(Long::parseLong)
          .sum();
    }
  }

  private static int entries(String folder) throws IOException {
    try (Stream<Path> all = Files.list(Path.of(folder))) {
      return (int) all.count();
    }
  }
}
