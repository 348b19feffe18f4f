package io.lighter.bench.jmh;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupStatistics;
import io.lighter.cgroups.CgroupTree;
import io.lighter.cgroups.StatisticsPart;
import io.lighter.cgroups.StatisticsReader;
import io.lighter.linux.Linux;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
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
 * What reading the statistics of one container costs, and that it allocates nothing. Needs root.
 * What this machine's controllers do not offer is not read: the kernel's version of the figures in
 * a report says which files there were.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class StatisticsBenchmark {

  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  /** One file, or all that there are. */
  public enum Files {
    CPU,
    ALL;

    Set<StatisticsPart> parts() {
      return this == CPU ? EnumSet.of(StatisticsPart.CPU) : EnumSet.allOf(StatisticsPart.class);
    }
  }

  @Param public Files files = Files.CPU;

  private final CgroupStatistics statistics = new CgroupStatistics();
  private @Nullable Cgroup cgroup;
  private @Nullable StatisticsReader reader;

  @Setup
  public void open() {
    Cgroup made =
        CgroupTree.locate(Linux.kernel()).create("/lighter-jmh-" + ProcessHandle.current().pid());
    cgroup = made;
    reader = made.statistics(files.parts());
  }

  @TearDown
  public void remove() {
    Objects.requireNonNull(reader).close();
    try (Cgroup made = Objects.requireNonNull(cgroup)) {
      made.remove(AT_ONCE);
    }
  }

  @Benchmark
  public boolean read() {
    return Objects.requireNonNull(reader).read(statistics);
  }
}
