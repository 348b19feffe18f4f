package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * Timers behind a descriptor. All times are nanoseconds.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_create(2)</a>
 */
public final class TimerFds extends CallGroup {
  public static final int CLOCK_REALTIME = 0;
  public static final int CLOCK_MONOTONIC = 1;
  public static final int CLOCK_BOOTTIME = 7;

  public static final int TFD_NONBLOCK = Fcntl.O_NONBLOCK;

  private static final int TFD_CLOEXEC = Fcntl.O_CLOEXEC;
  private static final int TFD_TIMER_ABSTIME = 1;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** Offsets in struct itimerspec: the interval, then the first expiry. */
  private static final int INTERVAL = 0;

  private static final int VALUE = 16;

  TimerFds(SystemCalls calls) {
    super(calls);
  }

  /**
   * Opens a timer that does not run yet.
   *
   * @param clock a CLOCK_ value
   * @param flags TFD_NONBLOCK or 0; TFD_CLOEXEC is added
   */
  public Fd create(int clock, int flags) {
    return open(SystemCall.TIMERFD_CREATE, clock, flags | TFD_CLOEXEC, 0, 0, 0);
  }

  /**
   * Starts a timer.
   *
   * @param first from now; 0 stops the timer
   * @param interval between later expiries, 0 for none
   */
  public void start(Fd timer, long first, long interval) {
    set(timer, 0, first, interval);
  }

  /** Starts a timer that expires once when its clock shows {@code instant}, which is not 0. */
  public void startAt(Fd timer, long instant) {
    set(timer, TFD_TIMER_ABSTIME, instant, 0);
  }

  private void set(Fd timer, int flags, long first, long interval) {
    CallMemory memory = CallMemory.get();
    MemorySegment times = memory.struct();
    setTime(times, INTERVAL, interval);
    setTime(times, VALUE, first);
    check(SystemCall.TIMERFD_SETTIME, timer.number(), flags, memory.structAddress(), 0);
  }

  private static void setTime(MemorySegment times, int offset, long nanos) {
    times.set(JAVA_LONG, offset, nanos / NANOS_PER_SECOND);
    times.set(JAVA_LONG, offset + 8, nanos % NANOS_PER_SECOND);
  }

  /** Returns how long it is until the timer expires; 0 when it does not run. */
  public long remaining(Fd timer) {
    CallMemory memory = CallMemory.get();
    MemorySegment times = memory.struct();
    check(SystemCall.TIMERFD_GETTIME, timer.number(), memory.structAddress());
    return times.get(JAVA_LONG, VALUE) * NANOS_PER_SECOND + times.get(JAVA_LONG, VALUE + 8);
  }

  /**
   * Takes the number of expiries since the last time; waits while there is none.
   *
   * @return at least 1, or 0 when the timer is non-blocking and has not expired
   */
  public long take(Fd timer) {
    CallMemory memory = CallMemory.get();
    MemorySegment value = memory.struct();
    long at = memory.structAddress();
    long read = answer(Errno.EAGAIN, SystemCall.READ, timer.number(), at, Long.BYTES, 0, 0, 0);
    return read > 0 ? value.get(JAVA_LONG, 0) : 0;
  }
}
