package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * Waiting for one or two descriptors, once. Cheaper than an epoll that would be made for it: one
 * call.
 *
 * <p>Safe for use by many threads.
 */
public final class Polling extends CallGroup {
  /** Something to read: {@code <asm-generic/poll.h>}. */
  public static final int POLLIN = 0x1;

  /** A change of a control file, or a trigger of pressure. */
  public static final int POLLPRI = 0x2;

  public static final int POLLOUT = 0x4;

  /** Always waited for, too. */
  public static final int POLLERR = 0x8;

  /** Always waited for, too. */
  public static final int POLLHUP = 0x10;

  /** Of {@link #either}: something happened to the first descriptor. */
  public static final int FIRST = 1;

  /** Of {@link #either}: something happened to the second descriptor. */
  public static final int SECOND = 2;

  /** Bytes of struct pollfd, offsets in it, and struct timespec behind the first. */
  private static final int POLLFD_SIZE = 8;

  private static final int EVENTS = 4;

  private static final int REVENTS = 6;
  private static final int TIMESPEC = 8;
  private static final int NANOSECONDS = 16;

  /** How often a process is looked at that cannot be polled, in milliseconds. */
  private static final int GLANCE = 5;

  private final ProcessFolders folders;

  /** Waits over a seam. */
  public Polling(Linux linux) {
    super(linux.calls());
    this.folders = new ProcessFolders(calls);
  }

  /**
   * Waits until something happens to a descriptor. A signal may end the waiting early.
   *
   * @param events POLL bits
   * @param millis how long at most, 0 for not at all
   * @return POLL bits of what happened; 0 when nothing did
   * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">ppoll(2)</a>
   */
  public int poll(Fd fd, int events, int millis) {
    if (fd instanceof PidFd process && process.isFolder()) {
      return awaitEnd(process, events, millis);
    }
    CallMemory memory = CallMemory.get();
    MemorySegment struct = memory.struct();
    struct.set(JAVA_INT, 0, fd.number());
    struct.set(JAVA_SHORT, EVENTS, (short) events);
    struct.set(JAVA_SHORT, REVENTS, (short) 0);
    struct.set(JAVA_LONG, TIMESPEC, millis / 1_000);
    struct.set(JAVA_LONG, NANOSECONDS, millis % 1_000 * 1_000_000L);
    long at = memory.structAddress();
    long result = calls.call(SystemCall.PPOLL, at, 1, at + TIMESPEC, 0, Signals.SIGSET_SIZE, 0);
    if (result == 0 || result == -Errno.EINTR) {
      return 0;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(
          SystemCall.PPOLL, result, at, 1, at + TIMESPEC, 0, Signals.SIGSET_SIZE, 0);
    }
    return Short.toUnsignedInt(struct.get(JAVA_SHORT, REVENTS));
  }

  /**
   * Waits, for as long as it takes, until one of two descriptors can be read or its other end is
   * closed. A signal may end the waiting early.
   *
   * @return {@link #FIRST} and {@link #SECOND}; 0 when a signal came
   */
  public int either(Fd first, Fd second) {
    if (second instanceof PidFd process && process.isFolder()) {
      int ready = poll(first, POLLIN, GLANCE) != 0 ? FIRST : 0;
      return ready | (folders.ended(process) ? SECOND : 0);
    }
    CallMemory memory = CallMemory.get();
    MemorySegment struct = memory.zeroed(2 * POLLFD_SIZE);
    struct.set(JAVA_INT, 0, first.number());
    struct.set(JAVA_SHORT, EVENTS, (short) POLLIN);
    struct.set(JAVA_INT, POLLFD_SIZE, second.number());
    struct.set(JAVA_SHORT, POLLFD_SIZE + EVENTS, (short) POLLIN);
    long at = memory.structAddress();
    long result = calls.call(SystemCall.PPOLL, at, 2, 0, 0, Signals.SIGSET_SIZE, 0);
    if (result == -Errno.EINTR) {
      return 0;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.PPOLL, result, at, 2, 0, 0, Signals.SIGSET_SIZE, 0);
    }
    return (struct.get(JAVA_SHORT, REVENTS) != 0 ? FIRST : 0)
        | (struct.get(JAVA_SHORT, POLLFD_SIZE + REVENTS) != 0 ? SECOND : 0);
  }

  /** A folder in procfs cannot be polled for the end of its process: it is looked at again. */
  private int awaitEnd(PidFd folder, int events, int millis) {
    long end = System.nanoTime() + millis * 1_000_000L;
    while (true) {
      if (folders.ended(folder)) {
        return events & POLLIN;
      }
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return 0;
      }
      CallMemory memory = CallMemory.get();
      long nap = Math.min(left, GLANCE) * 1_000_000L;
      memory.zeroed(2 * Long.BYTES).set(JAVA_LONG, Long.BYTES, nap);
      calls.call(SystemCall.PPOLL, 0, 0, memory.structAddress(), 0, Signals.SIGSET_SIZE, 0);
    }
  }
}
