package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * Counters behind a descriptor: one thread or process adds, another waits and takes.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/eventfd.2.html">eventfd2(2)</a>
 */
public final class EventFds extends CallGroup {
  public static final int EFD_SEMAPHORE = 1;
  public static final int EFD_NONBLOCK = Fcntl.O_NONBLOCK;

  private static final int EFD_CLOEXEC = Fcntl.O_CLOEXEC;

  EventFds(SystemCalls calls) {
    super(calls);
  }

  /**
   * Opens a counter.
   *
   * @param initial 0 to 2^32-1
   * @param flags EFD_ bits; EFD_CLOEXEC is added
   */
  public Fd create(int initial, int flags) {
    return open(SystemCall.EVENTFD2, initial, flags | EFD_CLOEXEC, 0, 0, 0);
  }

  /**
   * Adds to a counter, which wakes who waits for it.
   *
   * @param value at least 1
   * @return false when the counter is non-blocking and would go beyond 2^64-2
   */
  public boolean add(Fd counter, long value) {
    CallMemory memory = CallMemory.get();
    memory.struct().set(JAVA_LONG, 0, value);
    long at = memory.structAddress();
    return answer(Errno.EAGAIN, SystemCall.WRITE, counter.number(), at, Long.BYTES, 0, 0, 0) > 0;
  }

  /**
   * Takes all that has been added, or 1 with EFD_SEMAPHORE; waits while that is nothing.
   *
   * @return at least 1, or 0 when the counter is non-blocking and stands at zero
   */
  public long take(Fd counter) {
    CallMemory memory = CallMemory.get();
    MemorySegment value = memory.struct();
    long at = memory.structAddress();
    long read = answer(Errno.EAGAIN, SystemCall.READ, counter.number(), at, Long.BYTES, 0, 0, 0);
    return read > 0 ? value.get(JAVA_LONG, 0) : 0;
  }
}
