package io.lighter.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How much of the machine others had meanwhile: processes that are neither this one nor its
 * descendants, and the hypervisor. Threads of the kernel are not among them, as they may work for
 * us.
 */
public final class OtherCpu {
  private static final Path PROC = Path.of("/proc");
  private static final long KERNEL_THREADS = 2;

  private final long begin = System.nanoTime();
  private final long before;

  private OtherCpu(long before) {
    this.before = before;
  }

  /** Begins to look. */
  public static OtherCpu start() throws IOException {
    return new OtherCpu(micros());
  }

  /** Returns the part of all processors' time since the start, from 0 to 1. */
  public double share() throws IOException {
    double micros = micros() - before;
    return share(
        micros, (System.nanoTime() - begin) / 1e3, Runtime.getRuntime().availableProcessors());
  }

  /** The same, of figures. */
  static double share(double micros, double wallMicros, int processors) {
    return Math.min(1, Math.max(0, micros / (wallMicros * processors)));
  }

  private static long micros() throws IOException {
    Set<Long> ours = new HashSet<>();
    ours.add(ProcessHandle.current().pid());
    ProcessHandle.current().descendants().forEach(process -> ours.add(process.pid()));
    long sum = MachineCpu.now().stolen();
    try (Stream<Path> folders = Files.list(PROC)) {
      for (Path folder : folders.toList()) {
        String name = folder.getFileName().toString();
        if (Character.isDigit(name.charAt(0)) && !ours.contains(Long.valueOf(name))) {
          String stat = stat(folder);
          sum += stat == null ? 0 : foreign(Long.parseLong(name), stat);
        }
      }
    }
    return sum;
  }

  /** What children used before they were reaped is in it, so nothing is lost when they end. */
  static long foreign(long pid, String stat) {
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    boolean kernel = pid == KERNEL_THREADS || Long.parseLong(fields.get(1)) == KERNEL_THREADS;
    return kernel ? 0 : ProcessCpu.parse(stat);
  }

  private static @Nullable String stat(Path folder) {
    try {
      return Files.readString(folder.resolve("stat"));
    } catch (IOException e) {
      return null; // it has ended meanwhile
    }
  }
}
