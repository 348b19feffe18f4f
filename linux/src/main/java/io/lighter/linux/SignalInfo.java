package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A signal that was read, in memory that is used again for the next one. Not thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd(2)</a>
 */
public final class SignalInfo {
  /** Bytes of struct signalfd_siginfo, and offsets in it: {@code <linux/signalfd.h>}. */
  static final int SIZE_OF = 128;

  private static final int SIGNO = 0;
  private static final int CODE = 8;
  private static final int PID = 12;
  private static final int UID = 16;
  private static final int STATUS = 40;

  private final MemorySegment memory;

  /** Makes room for a signal in the arena. */
  public SignalInfo(Arena arena) {
    memory = arena.allocate(SIZE_OF, Long.BYTES);
  }

  long address() {
    return memory.address();
  }

  /** Returns the signal's number. */
  public int signal() {
    return memory.get(JAVA_INT, SIGNO);
  }

  /** Returns the SI_ or CLD_ code: why it was sent. */
  public int code() {
    return memory.get(JAVA_INT, CODE);
  }

  /** Returns who sent it, or for SIGCHLD whose child it is. */
  public int pid() {
    return memory.get(JAVA_INT, PID);
  }

  /** Returns the real user of the sender, 0 to 2^32-1. */
  public long uid() {
    return Integer.toUnsignedLong(memory.get(JAVA_INT, UID));
  }

  /** Returns the exit status or signal, for SIGCHLD. */
  public int status() {
    return memory.get(JAVA_INT, STATUS);
  }
}
