package io.lighter.bench.jmh;

import io.lighter.bench.machine.BusyboxRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * What a start costs, stage by stage: to the success of execve, and to the end with everything
 * cleaned up. With the gc profiler, also what it allocates. Needs root and busybox-static.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class StartBenchmark {

  /** On a tmpfs, so that no disk is in the figures. */
  private static final Path PLACE = Path.of("/dev/shm");

  @Param public StartStage stage = StartStage.PLAIN;

  private Path folder = PLACE;
  private @Nullable Starter starter;

  @Setup
  public void prepare() throws IOException {
    folder = Files.createTempDirectory(PLACE, "lighter-jmh");
    Path root = BusyboxRoot.make(folder.resolve("root"));
    starter =
        stage.isContainer()
            ? new ContainerStarter(stage, root, folder.resolve("state"))
            : new ProcessStarter(stage, root);
  }

  @TearDown
  public void remove() throws IOException {
    Objects.requireNonNull(starter).close();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** To the end, with everything cleaned up. */
  @Benchmark
  public void toExit() {
    Starter of = Objects.requireNonNull(starter);
    of.start();
    of.end();
  }

  /** To the success of execve; the rest is not in the figure. */
  @Benchmark
  public void toExec(Ending ending) {
    ending.of = starter;
    Objects.requireNonNull(starter).start();
  }

  /** Waits for what a benchmark started, outside of what is timed. */
  @State(Scope.Thread)
  public static class Ending {

    private @Nullable Starter of;

    @TearDown(Level.Invocation)
    public void end() {
      if (of != null) {
        of.end();
      }
    }
  }
}
