package io.lighter.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A process and all its descendants, together. */
public final class ProcessTree {
  private ProcessTree() {}

  /** Processor time in microseconds, with that of children that have ended. */
  public static long cpuMicros(ProcessHandle top) throws IOException {
    long micros = 0;
    for (Path folder : folders(top)) {
      try {
        micros += ProcessCpu.parse(Files.readString(folder.resolve("stat")));
      } catch (NoSuchFileException e) {
        // It has ended meanwhile, and its parent has its time.
      }
    }
    return micros;
  }

  /**
   * Memory that is no file's, in bytes, by proc_pid_smaps(5): exact, where what {@code status} says
   * is not.
   */
  public static long anonymousBytes(ProcessHandle top) throws IOException {
    long bytes = 0;
    for (Path folder : folders(top)) {
      try {
        bytes += anonymous(Files.readAllLines(folder.resolve("smaps_rollup")));
      } catch (NoSuchFileException e) {
        // It has ended meanwhile, and has none.
      }
    }
    return bytes;
  }

  static long anonymous(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("Anonymous:"))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .mapToLong(kilobytes -> Long.parseLong(kilobytes) * 1024)
        .sum();
  }

  private static List<Path> folders(ProcessHandle top) {
    return Stream.concat(Stream.of(top), top.descendants())
        .map(process -> Path.of("/proc/" + process.pid()))
        .toList();
  }
}
