package io.lighter.bench.jmh;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.lighter.linux.BpfMap;
import io.lighter.linux.BpfMapLayout;
import io.lighter.linux.BpfMapType;
import io.lighter.linux.BpfMaps;
import io.lighter.linux.Linux;
import io.lighter.linux.SharedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A change of one element of a BPF map: by a system call, as one of many in a system call, and by a
 * store into an array that is mapped. Keys and values are as large as those of the balancer. Needs
 * root.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class BpfMapBenchmark {
  private static final int ENTRIES = 65_536;
  private static final int BATCH = 1_024;
  private static final int KEY = 24;
  private static final int VALUE = 8;
  private static final int ELEMENT = 64;

  private final BpfMaps maps = Linux.kernel().bpfMaps();
  private final BpfMap hash =
      maps.create(new BpfMapLayout("bench_hash", BpfMapType.HASH, KEY, VALUE, ENTRIES, 0));
  private final BpfMap array =
      maps.create(
          new BpfMapLayout(
              "bench_array",
              BpfMapType.ARRAY,
              Integer.BYTES,
              ELEMENT,
              ENTRIES,
              BpfMaps.BPF_F_MMAPABLE));
  private final SharedMemory shared = maps.map(array);
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment key = arena.allocate(KEY, Long.BYTES);
  private final MemorySegment value = arena.allocate(VALUE, Long.BYTES);
  private final MemorySegment keys = arena.allocate((long) KEY * BATCH, Long.BYTES);
  private final MemorySegment values = arena.allocate((long) VALUE * BATCH, Long.BYTES);
  private long next;

  @Setup
  public void fill() {
    for (long i = 0; i < BATCH; i++) {
      keys.set(JAVA_LONG, i * KEY, i);
    }
    for (long i = 0; i < ENTRIES / 2; i++) {
      key.set(JAVA_LONG, 0, i);
      maps.update(hash, key, value);
    }
  }

  @TearDown
  public void close() {
    shared.close();
    array.close();
    hash.close();
    arena.close();
  }

  private void choose() {
    key.set(JAVA_LONG, 0, next++ & ENTRIES / 2 - 1);
  }

  @Benchmark
  public void update() {
    choose();
    maps.update(hash, key, value);
  }

  @Benchmark
  public boolean lookUp() {
    choose();
    return maps.lookup(hash, key, value);
  }

  /** Two calls. */
  @Benchmark
  public boolean addAndDelete() {
    key.set(JAVA_LONG, 0, ENTRIES);
    maps.update(hash, key, value);
    return maps.delete(hash, key);
  }

  /** One of 1,024 in a call. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void updateOfABatch() {
    maps.updateAll(hash, keys, values, BATCH);
  }

  @Benchmark
  public void store() {
    shared.memory().set(JAVA_LONG, (next++ & ENTRIES - 1) * ELEMENT, next);
  }
}
