package io.lighter.bench.jmh;

import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.runtime.logs.CommitPoints;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogPipeline;
import io.lighter.runtime.logs.LogPipelineConfig;
import io.lighter.runtime.logs.LogPipes;
import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.LogSources;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
 * What it takes from a line's write to its sink, through epoll, the ring and the other thread: a
 * line in each of some pipes, until all sinks have theirs. Nothing is let gather.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class LogHandOffBenchmark {

  @Param({"1", "64"})
  private int pipes;

  private final Linux linux = Linux.kernel();
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment line = arena.allocateFrom("one line\n").asSlice(0, 9);
  private final AtomicLong arrived = new AtomicLong();
  private final List<Pipe> written = new ArrayList<>();
  private @Nullable LogPipeline pipeline;
  private long sent;

  private final class Arrivals implements LogSink {
    @Override
    public int append(LogBatch batch) {
      arrived.addAndGet(batch.length());
      return batch.length();
    }

    @Override
    public void close() {}
  }

  @Setup
  public void open() {
    LogPipeline opened =
        LogPipeline.open(
            linux,
            new LogPipelineConfig(
                1,
                Duration.ZERO,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                linux.clocks()::realtime,
                CommitPoints.unkept(linux)));
    for (int i = 0; i < pipes; i++) {
      Pipe pipe = LogPipes.create(linux);
      written.add(pipe);
      opened.add("container-" + i, LogSources.pipe(linux, pipe.read()), new Arrivals());
    }
    pipeline = opened;
  }

  @TearDown
  public void close() {
    Objects.requireNonNull(pipeline).close();
    written.forEach(Pipe::close);
    arena.close();
  }

  @Benchmark
  public long writeToSink() {
    for (int i = 0; i < pipes; i++) {
      sent += linux.files().write(written.get(i).write(), line);
    }
    while (arrived.get() < sent) {
      Thread.onSpinWait();
    }
    return sent;
  }
}
