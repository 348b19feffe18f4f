package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * Waiting for many descriptors at once.
 *
 * <p>A descriptor is watched with a number of the caller's choice, which comes back with its
 * events. It is no longer watched once it and all its duplicates are closed.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll(7)</a>
 */
public final class Epoll extends CallGroup {
  public static final int EPOLLIN = 0x001;
  public static final int EPOLLPRI = 0x002;
  public static final int EPOLLOUT = 0x004;
  public static final int EPOLLERR = 0x008;
  public static final int EPOLLHUP = 0x010;
  public static final int EPOLLRDHUP = 0x2000;
  public static final int EPOLLEXCLUSIVE = 1 << 28;
  public static final int EPOLLONESHOT = 1 << 30;
  public static final int EPOLLET = 1 << 31;

  static final int EPOLL_CTL_ADD = 1;
  static final int EPOLL_CTL_DEL = 2;
  static final int EPOLL_CTL_MOD = 3;

  private static final int EPOLL_CLOEXEC = Fcntl.O_CLOEXEC;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  Epoll(SystemCalls calls) {
    super(calls);
  }

  /**
   * Opens a set that watches nothing yet.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/epoll_create1.2.html">epoll_create1(2)</a>
   */
  public Fd create() {
    return open(SystemCall.EPOLL_CREATE1, EPOLL_CLOEXEC, 0, 0, 0, 0);
  }

  /**
   * Watches a descriptor.
   *
   * @param events EPOLL bits; EPOLLERR and EPOLLHUP are always watched
   * @param data what {@link EpollEvents#data} returns with its events
   * @return false when it is watched already
   * @throws LinuxException EPERM for what is always ready: regular files and folders
   * @see <a href="https://man7.org/linux/man-pages/man2/epoll_ctl.2.html">epoll_ctl(2)</a>
   */
  public boolean add(Fd epoll, Fd watched, int events, long data) {
    long event = event(events, data);
    return control(Errno.EEXIST, epoll, EPOLL_CTL_ADD, watched, event);
  }

  /** Changes what a descriptor is watched for; returns false when it is not watched. */
  public boolean modify(Fd epoll, Fd watched, int events, long data) {
    long event = event(events, data);
    return control(Errno.ENOENT, epoll, EPOLL_CTL_MOD, watched, event);
  }

  /** Watches a descriptor no longer; returns false when it was not watched. */
  public boolean remove(Fd epoll, Fd watched) {
    return control(Errno.ENOENT, epoll, EPOLL_CTL_DEL, watched, 0);
  }

  private boolean control(int expected, Fd epoll, int operation, Fd watched, long event) {
    return checkUnless(
        expected, SystemCall.EPOLL_CTL, epoll.number(), operation, watched.number(), event, 0);
  }

  private static long event(int events, long data) {
    CallMemory memory = CallMemory.get();
    MemorySegment event = memory.struct();
    event.set(JAVA_INT, EpollEvents.EVENTS, events);
    event.set(JAVA_LONG_UNALIGNED, EpollEvents.DATA, data);
    return memory.structAddress();
  }

  /**
   * Waits for events.
   *
   * @param millis the most that it waits, 0 not at all, -1 without bound
   * @return how many there are; 0 when the time is up, or when it has a bound and a signal came
   * @see <a href="https://man7.org/linux/man-pages/man2/epoll_wait.2.html">epoll_pwait(2)</a>
   */
  public int await(Fd epoll, EpollEvents events, int millis) {
    long at = events.address();
    return await(SystemCall.EPOLL_PWAIT, epoll, events, at, millis, millis < 0);
  }

  /**
   * Waits for events with a bound in nanoseconds. Linux 5.11; where the call is missing the bound
   * is rounded up to whole milliseconds.
   *
   * @param nanos the most that it waits, 0 not at all
   * @return how many there are; 0 when the time is up or a signal came
   */
  public int awaitNanos(Fd epoll, EpollEvents events, long nanos) {
    CallMemory memory = CallMemory.get();
    MemorySegment timeout = memory.struct();
    timeout.set(JAVA_LONG, 0, nanos / NANOS_PER_SECOND);
    timeout.set(JAVA_LONG, Long.BYTES, nanos % NANOS_PER_SECOND);
    long at = events.address();
    return await(SystemCall.EPOLL_PWAIT2, epoll, events, at, memory.structAddress(), false);
  }

  private int await(
      SystemCall call, Fd epoll, EpollEvents events, long at, long timeout, boolean forever) {
    int set = epoll.number();
    int capacity = events.capacity();
    // Null for the signal mask: it stays as it is.
    long result =
        forever
            ? restartingOn(events, call, set, at, capacity, timeout, 0, 0)
            : onceOn(events, call, set, at, capacity, timeout, 0, 0);
    if (lacks(call, result)) {
      return await(epoll, events, millis(CallMemory.get().struct()));
    }
    if (result == -Errno.EINTR) {
      result = 0;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(call, result, set, at, capacity, timeout, 0, 0);
    }
    events.setCount((int) result);
    return (int) result;
  }

  private static int millis(MemorySegment timespec) {
    long seconds = timespec.get(JAVA_LONG, 0);
    long nanos = timespec.get(JAVA_LONG, Long.BYTES);
    return Math.toIntExact(seconds * 1_000 + Math.ceilDiv(nanos, 1_000_000L));
  }
}
