package io.lighter.proxy.relay;

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

/** The time-outs of connections: what each turn of the loop and each connection pays for them. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class TimerWheelBenchmark {
  private static final long TICK = 1L << 24;
  private static final long SPREAD = 4_000 * TICK;

  /** Timers that wait meanwhile. */
  @Param({"100", "100000"})
  private int waiting;

  private TimerWheel wheel = new TimerWheel(0);
  private Timer[] timers = {};
  private final Timer one = new Endless();
  private int next;
  private long now;

  /** Waits again as long as all of them. */
  private final class Endless extends Timer {
    @Override
    protected void expired() {
      wheel.schedule(this, now + SPREAD);
    }
  }

  @Setup
  public void fill() {
    wheel = new TimerWheel(0);
    timers = new Timer[waiting];
    for (int i = 0; i < waiting; i++) {
      timers[i] = new Endless();
      wheel.schedule(timers[i], SPREAD * i / waiting);
    }
  }

  /** Of one that waits already. */
  @Benchmark
  public void postpone() {
    Timer timer = timers[next];
    next = next + 1 == waiting ? 0 : next + 1;
    wheel.schedule(timer, now + SPREAD);
  }

  /** Of one that did not wait. */
  @Benchmark
  public void scheduleAndCancel() {
    wheel.schedule(one, now + SPREAD);
    wheel.cancel(one);
  }

  /** A tick of 17 ms, in which one of 4,000 parts of the timers expires and is scheduled again. */
  @Benchmark
  public void advance() {
    now += TICK;
    wheel.advance(now);
  }

  @Benchmark
  public long untilNext() {
    return wheel.untilNext(now);
  }
}
