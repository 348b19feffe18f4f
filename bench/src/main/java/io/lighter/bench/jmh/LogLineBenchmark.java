package io.lighter.bench.jmh;

import io.lighter.bench.logs.MemoryBatch;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LineSplitter;
import io.lighter.runtime.logs.LineVisitor;
import io.lighter.runtime.logs.NewlineScan;
import io.lighter.runtime.logs.file.CriFileSink;
import io.lighter.runtime.logs.file.JsonFileOptions;
import io.lighter.runtime.logs.file.JsonFileSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a batch of 1 MiB costs: finding its newlines, parting it into lines, and rendering it in the
 * two formats of files, which here go to /dev/null.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class LogLineBenchmark {
  private static final int BATCH = 1 << 20;
  private static final Path NOWHERE = Path.of("/dev/null");

  /** Of a line, its newline among them. */
  @Param({"100", "1000"})
  private int lineBytes;

  /** What the lines have: nothing special, or a quotation mark every 16 bytes, or not ASCII. */
  @Param({"plain", "quotes", "umlauts"})
  private String text = "";

  private final Linux linux = Linux.kernel();
  private final Arena arena = Arena.ofConfined();
  private final Count count = new Count();
  private MemoryBatch batch = new MemoryBatch(linux, arena, BATCH, new byte[1]);
  private CriFileSink cri = new CriFileSink(linux, NOWHERE);
  private JsonFileSink json =
      new JsonFileSink(linux, NOWHERE, JsonFileOptions.unbounded(), Runnable::run);

  private static final class Count implements LineVisitor {
    private long bytes;

    @Override
    public void line(
        MemorySegment of, int offset, int length, long time, long piece, boolean completes) {
      bytes += length;
    }

    @Override
    public boolean goesOn() {
      return true;
    }
  }

  @Setup
  public void fill() {
    String pattern =
        switch (text) {
          case "quotes" -> "it says \"hello\" ";
          case "umlauts" -> "größer ";
          default -> "answered 200 to a client ";
        };
    byte[] line = new byte[lineBytes - 1];
    byte[] words = pattern.repeat(lineBytes).getBytes(StandardCharsets.UTF_8);
    System.arraycopy(words, 0, line, 0, line.length);
    batch = new MemoryBatch(linux, arena, BATCH, line);
  }

  @TearDown
  public void close() {
    cri.close();
    json.close();
    arena.close();
  }

  @Benchmark
  public int nextNewlines() {
    MemorySegment bytes = batch.bytes();
    int lines = 0;
    int length = batch.length();
    for (int at = 0; at < length; at = NewlineScan.next(bytes, at, length) + 1) {
      lines++;
    }
    return lines;
  }

  @Benchmark
  public int countNewlines() {
    return NewlineScan.count(batch.bytes(), 0, batch.length());
  }

  @Benchmark
  public long split() {
    LineSplitter.CRI.split(batch, count);
    return count.bytes;
  }

  @Benchmark
  public int renderCri() {
    return cri.append(batch.next());
  }

  @Benchmark
  public int renderJson() {
    return json.append(batch.next());
  }
}
