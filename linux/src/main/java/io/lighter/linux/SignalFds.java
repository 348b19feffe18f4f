package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * Signals that are read in place of being handled.
 *
 * <p>A signal can be read only while it is blocked, and a mask belongs to one thread: a signal for
 * the process goes to any other thread that does not block it, and in a JVM there always is one.
 * What is read here are signals for the calling thread, or those of a process that blocked them
 * before its JVM started. Call from a platform thread: a virtual one has its carrier's mask.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd4(2)</a>
 */
public final class SignalFds extends CallGroup {
  public static final int SFD_NONBLOCK = Fcntl.O_NONBLOCK;

  private static final int SFD_CLOEXEC = Fcntl.O_CLOEXEC;
  private static final int NEW = -1;

  SignalFds(SystemCalls calls) {
    super(calls);
  }

  /** Returns a mask of signals, as the calls here take it: bit n-1 is signal n. */
  public static long mask(int... signals) {
    long mask = 0;
    for (int signal : signals) {
      if (signal < 1 || signal > Long.SIZE) {
        throw new IllegalArgumentException("signals have numbers from 1 to 64, not " + signal);
      }
      mask |= 1L << (signal - 1);
    }
    return mask;
  }

  /**
   * Opens a descriptor from which the signals of a mask are read.
   *
   * @param flags SFD_NONBLOCK or 0; SFD_CLOEXEC is added
   */
  public Fd create(long mask, int flags) {
    CallMemory memory = CallMemory.get();
    memory.struct().set(JAVA_LONG, 0, mask);
    long at = memory.structAddress();
    return open(SystemCall.SIGNALFD4, NEW, at, Signals.SIGSET_SIZE, flags | SFD_CLOEXEC, 0);
  }

  /**
   * Takes a signal; waits while there is none.
   *
   * @return false when the descriptor is non-blocking and there is none
   */
  public boolean take(Fd signals, SignalInfo info) {
    long at = info.address();
    int size = SignalInfo.SIZE_OF;
    return answerOn(info, Errno.EAGAIN, SystemCall.READ, signals.number(), at, size, 0, 0, 0) > 0;
  }

  /**
   * Changes which signals the calling thread blocks.
   *
   * @param how SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK of {@link Signals}
   * @return the mask as it was
   * @see <a href="https://man7.org/linux/man-pages/man2/sigprocmask.2.html">rt_sigprocmask(2)</a>
   */
  public long sigprocmask(int how, long mask) {
    CallMemory memory = CallMemory.get();
    MemorySegment masks = memory.struct();
    masks.set(JAVA_LONG, 0, mask);
    long at = memory.structAddress();
    check(SystemCall.RT_SIGPROCMASK, how, at, at + Long.BYTES, Signals.SIGSET_SIZE);
    return masks.get(JAVA_LONG, Long.BYTES);
  }

  /**
   * Sends a signal to the calling thread.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/tgkill.2.html">tgkill(2)</a>
   */
  public void raise(int signal) {
    long pid = check(SystemCall.GETPID, 0, 0);
    long tid = check(SystemCall.GETTID, 0, 0);
    check(SystemCall.TGKILL, pid, tid, signal, 0);
  }
}
