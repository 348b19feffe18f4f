package io.lighter.bench.logs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A cgroup of processes, by which their processor time and their memory are told from those of the
 * writer.
 *
 * @param folder the cgroup's
 */
record LoggerGroup(Path folder) {
  private static final long PAUSE_NANOS = 5_000_000;

  /** Makes it. */
  static LoggerGroup create(Path folder) throws IOException {
    return new LoggerGroup(Files.createDirectory(folder));
  }

  /** A command that first enters the cgroup. */
  List<String> entered(List<String> command) {
    List<String> all =
        new ArrayList<>(
            List.of("sh", "-c", "echo 0 >" + folder + "/cgroup.procs && exec \"$@\"", "sh"));
    all.addAll(command);
    return all;
  }

  /** Processor time of all that were ever in it, in microseconds (cgroup v2, cpu.stat). */
  long cpuMicros() throws IOException {
    try (var lines = Files.lines(folder.resolve("cpu.stat"))) {
      return lines
          .filter(line -> line.startsWith("usage_usec "))
          .mapToLong(line -> Long.parseLong(line.substring("usage_usec ".length())))
          .findFirst()
          .orElseThrow();
    }
  }

  /**
   * Resident memory of all that are in it, in bytes; what they share counts for each by its part.
   */
  long residentBytes() throws IOException {
    long kilobytes = 0;
    for (String pid : Files.readAllLines(folder.resolve("cgroup.procs"))) {
      try (var lines = Files.lines(Path.of("/proc", pid, "smaps_rollup"))) {
        kilobytes +=
            lines
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
      }
    }
    return kilobytes * 1024;
  }

  /** Ends all that are in it, and waits for that. */
  void kill() throws IOException {
    Files.writeString(folder.resolve("cgroup.kill"), "1");
    try (var lines = Files.lines(folder.resolve("cgroup.events"))) {
      if (lines.anyMatch("populated 0"::equals)) {
        return;
      }
    }
    LockSupport.parkNanos(PAUSE_NANOS);
    kill();
  }
}
