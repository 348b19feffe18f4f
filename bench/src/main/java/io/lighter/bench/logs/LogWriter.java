package io.lighter.bench.logs;

import io.lighter.bench.machine.Command;
import io.lighter.bench.report.Percentiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The program that writes the lines ({@code src/main/c/logwriter.c}), seen from outside: it waits
 * in the container until {@link #go}, and after its last line until this is closed.
 */
final class LogWriter implements AutoCloseable {
  private static final long LONGEST_NANOS = 180_000_000_000L;

  private final Path control;
  private final WriterLoad load;
  private final RandomAccessFile go;

  /**
   * What it found.
   *
   * @param begin {@link System#nanoTime} of its first write
   * @param end of its last write
   * @param stalls how long writes took, in nanoseconds; those at a rate from when they were due
   */
  record Result(long begin, long end, Histogram stalls) {}

  /**
   * Prepares.
   *
   * @param control a folder that is not there yet
   */
  LogWriter(Path control, WriterLoad load) throws IOException, InterruptedException {
    this.control = Files.createDirectory(control);
    this.load = load;
    Path fifo = control.resolve("go");
    Command.silently(List.of("mkfifo", fifo.toString()));
    this.go = new RandomAccessFile(fifo.toFile(), "rw"); // opens at once: it is both ends
  }

  Path control() {
    return control;
  }

  WriterLoad load() {
    return load;
  }

  /**
   * The command to start.
   *
   * @param program where the program is for whoever starts it
   * @param seen where that one sees the control folder
   */
  List<String> command(String program, Path seen) {
    return List.of(
        program,
        seen.toString(),
        String.valueOf(load.lines()),
        String.valueOf(load.lineBytes()),
        String.valueOf(load.writeBytes()),
        String.valueOf(load.rate()));
  }

  void go() throws IOException {
    go.write('g');
  }

  /** Waits for the last line to be written. */
  Result await() throws IOException, InterruptedException {
    Path file = control.resolve("result");
    long end = System.nanoTime() + LONGEST_NANOS;
    while (!Files.exists(file)) {
      if (System.nanoTime() - end > 0) {
        throw new IOException("the writer has not written its " + load.lines() + " lines in time");
      }
      Thread.sleep(2);
    }
    return parse(Files.readAllLines(file));
  }

  static Result parse(List<String> lines) {
    Histogram stalls = Percentiles.histogram();
    String[] span = lines.getFirst().split(" ", -1);
    for (String line : lines.subList(1, lines.size())) {
      int blank = line.indexOf(' ');
      stalls.recordValueWithCount(
          Long.parseLong(line.substring(0, blank)), Long.parseLong(line.substring(blank + 1)));
    }
    return new Result(Long.parseLong(span[1]), Long.parseLong(span[2]), stalls);
  }

  /** Lets the program end. */
  @Override
  public void close() throws IOException {
    go.close();
  }
}
