package io.lighter.proxy.ebpf;

import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.MissingCalls;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/** A seam over the kernel that counts the calls and lets some of them fail. */
public final class FaultySystemCalls implements SystemCalls {
  /** Decides the fate of a call. */
  @FunctionalInterface
  public interface Fault {
    /** Returns an error number, or 0 to let the kernel make the call. */
    int errno(SystemCall call, long a0, long a1);
  }

  private static final int BPF_PROG_LOAD = 5;

  private final SystemCalls kernel = Linux.kernel().calls();
  private final Thread maker = Thread.currentThread();
  private final AtomicInteger count = new AtomicInteger();
  private final Fault fault;

  /** Makes one whose calls end as it is decided. */
  public FaultySystemCalls(Fault fault) {
    this.fault = fault;
  }

  /**
   * Returns whether a call loads a program of a type.
   *
   * @param type one of {@code enum bpf_prog_type}
   */
  public static boolean isProgramLoad(SystemCall call, long command, long attributes, int type) {
    return call == SystemCall.BPF
        && command == BPF_PROG_LOAD
        && MemorySegment.ofAddress(attributes)
                .reinterpret(Integer.BYTES)
                .get(ValueLayout.JAVA_INT, 0)
            == type;
  }

  /** How many calls the thread that made this has made since the last time. */
  int takeCount() {
    return count.getAndSet(0);
  }

  @Override
  public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    if (Thread.currentThread().equals(maker)) {
      count.incrementAndGet();
    }
    int errno = fault.errno(call, a0, a1);
    return errno == 0 ? kernel.call(call, a0, a1, a2, a3, a4, a5) : -errno;
  }

  @Override
  public long callCritical(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    return call(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long launch(LaunchImage image) {
    throw new AssertionError("nothing is launched");
  }

  @Override
  public MissingCalls missing() {
    return kernel.missing();
  }
}
