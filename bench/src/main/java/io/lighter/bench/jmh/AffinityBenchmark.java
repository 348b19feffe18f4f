package io.lighter.bench.jmh;

import io.lighter.proxy.choice.AffinityTable;
import java.util.SplittableRandom;
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
import org.openjdk.jmh.annotations.Warmup;

/** The affinity of clients: what a new connection of a known one pays, and of one that is not. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class AffinityBenchmark {
  private static final int MOST = 1 << 20;
  private static final long TIMEOUT = 1L << 40;

  /** Much less than the table holds, and more than it holds in the processor's caches. */
  @Param({"1000", "500000"})
  private int clients;

  private final AffinityTable table = new AffinityTable(TIMEOUT, MOST);
  private final SplittableRandom random = new SplittableRandom(1);
  private long stranger;

  @Setup
  public void fill() {
    for (int i = 0; i < clients; i++) {
      table.put(0, i, i & 7, 0);
    }
    stranger = clients;
  }

  @Benchmark
  public int known() {
    return table.get(0, random.nextInt(clients), 1);
  }

  @Benchmark
  public int unknown() {
    return table.get(1, random.nextInt(clients), 1);
  }

  @Benchmark
  public void again() {
    table.put(0, random.nextInt(clients), 1, 1);
  }

  /** Each is new; when the table has its full size, who would be forgotten first is. */
  @Benchmark
  public void putNew() {
    table.put(0, stranger++, 1, 1);
  }
}
