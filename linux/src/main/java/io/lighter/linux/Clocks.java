package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * The kernel's clocks, in nanoseconds and without allocation.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/clock_gettime.2.html">clock_gettime(2)</a>
 */
public final class Clocks extends CallGroup {
  private static final int CLOCK_REALTIME = 0;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  Clocks(SystemCalls calls) {
    super(calls);
  }

  /** Returns the nanoseconds since 1970; they go back when the clock is set back. */
  public long realtime() {
    CallMemory memory = CallMemory.get();
    MemorySegment time = memory.struct();
    long at = memory.structAddress();
    long result = calls.callCritical(SystemCall.CLOCK_GETTIME, CLOCK_REALTIME, at, 0, 0, 0, 0);
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.CLOCK_GETTIME, result, CLOCK_REALTIME, at, 0, 0, 0, 0);
    }
    return time.get(JAVA_LONG, 0) * NANOS_PER_SECOND + time.get(JAVA_LONG, Long.BYTES);
  }
}
