package io.lighter.bench.jmh;

import io.lighter.bench.logs.MemoryBatch;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.store.LogQuery;
import io.lighter.runtime.logs.store.LogReader;
import io.lighter.runtime.logs.store.SegmentStore;
import io.lighter.runtime.logs.store.StoreConfig;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * What it costs to find a line in the index and to read it: by time, anywhere, and the last ten. A
 * reader is opened and closed each time.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class LogSearchBenchmark {
  private static final int LINE = 99;
  private static final int BATCH = 1000;

  @Param({"1000", "100000"})
  private int batches;

  private final Linux linux = Linux.kernel();
  private final Arena arena = Arena.ofConfined();
  private Path folder = Path.of("/");
  private @Nullable SegmentStore store;
  private long first;
  private long last;

  @Setup
  public void fill() throws IOException {
    folder = Files.createTempDirectory(Path.of("/dev/shm"), "lighter-jmh");
    StoreConfig config =
        StoreConfig.DEFAULT
            .withCompression(false)
            .withRetention(Long.MAX_VALUE, Integer.MAX_VALUE, Duration.ZERO);
    store = SegmentStore.open(linux, folder, config, Runnable::run);
    MemoryBatch batch = new MemoryBatch(linux, arena, BATCH, new byte[LINE]);
    first = batch.time();
    for (int i = 0; i < batches; i++) {
      Objects.requireNonNull(store).append(batch.next());
    }
    last = batch.time();
  }

  @TearDown
  public void remove() throws IOException {
    Objects.requireNonNull(store).close();
    arena.close();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @Benchmark
  public long since() {
    long time = ThreadLocalRandom.current().nextLong(first, last);
    return firstOf(LogQuery.ALL.since(time));
  }

  @Benchmark
  public long tail() {
    return firstOf(LogQuery.ALL.tail(10));
  }

  private long firstOf(LogQuery query) {
    try (LogReader reader = Objects.requireNonNull(store).read(query)) {
      if (!reader.next()) {
        throw new IllegalStateException("a line is missing");
      }
      return reader.time();
    }
  }
}
