package io.lighter.bench.jmh;

import io.lighter.bench.logs.MemoryBatch;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.store.SegmentStore;
import io.lighter.runtime.logs.store.StoreConfig;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
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

/** What it costs to append a batch to a segment on a tmpfs: 1 MiB at once, and 4 KiB. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class LogStoreBenchmark {
  private static final int LINE = 99;

  /** So that the segments, which come and go, fill nothing up. */
  private static final long MOST_BYTES = 256L << 20;

  @Param({"4096", "1048576"})
  private int batchBytes;

  private final Linux linux = Linux.kernel();
  private final Arena arena = Arena.ofConfined();
  private MemoryBatch batch = new MemoryBatch(linux, arena, 1024, new byte[LINE]);
  private Path folder = Path.of("/");
  private @Nullable SegmentStore store;

  @Setup
  public void open() throws IOException {
    folder = Files.createTempDirectory(Path.of("/dev/shm"), "lighter-jmh");
    batch = new MemoryBatch(linux, arena, batchBytes, new byte[LINE]);
    StoreConfig config =
        StoreConfig.DEFAULT
            .withCompression(false)
            .withRetention(MOST_BYTES, Integer.MAX_VALUE, Duration.ZERO);
    store = SegmentStore.open(linux, folder, config, Runnable::run);
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
  public int append() {
    return Objects.requireNonNull(store).append(batch.next());
  }
}
