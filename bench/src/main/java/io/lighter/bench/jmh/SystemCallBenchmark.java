package io.lighter.bench.jmh;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a system call costs from Java, critical and not: the shortest the kernel has, and what our
 * own layers put on top of it.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class SystemCallBenchmark {
  private final Linux linux = Linux.kernel();
  private final SystemCalls calls = linux.calls();
  private final Files files = linux.files();
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment one = arena.allocate(1);
  private Fd zero = Fd.STANDARD_INPUT;

  @Setup
  public void open() {
    zero = files.openat(Fd.WORKING_FOLDER, "/dev/zero", Fcntl.O_RDONLY, 0);
  }

  @TearDown
  public void close() {
    zero.close();
    arena.close();
  }

  @Benchmark
  public long getpid() {
    return calls.call(SystemCall.GETPID, 0, 0, 0, 0, 0, 0);
  }

  @Benchmark
  public long getpidCritical() {
    return calls.callCritical(SystemCall.GETPID, 0, 0, 0, 0, 0, 0);
  }

  @Benchmark
  public int getpidTyped() {
    return linux.credentials().getpid();
  }

  @Benchmark
  public long readOneByte() {
    return files.read(zero, one);
  }
}
