package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A system call that waits for its listener, in memory that is used again for the next one. Not
 * thread-safe.
 *
 * <p>Arguments that are pointers point into the memory of the process that calls, which can change
 * it meanwhile, and whose number another process can have got meanwhile: after having read there,
 * ask {@link SeccompNotifications#isValid}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp_unotify.2.html">
 *     seccomp_unotify(2)</a>
 */
public final class SeccompNotification {
  /** Bytes of struct seccomp_notif as of Linux 6.18, and offsets in it. */
  private static final int SIZE = 80;

  private static final int ID = 0;
  private static final int PID = 8;
  private static final int DATA = 16;
  private static final int DATA_INSTRUCTION_POINTER = 8;

  private final MemorySegment memory;

  /**
   * Makes room in the arena.
   *
   * @param sizes what this kernel writes
   */
  public SeccompNotification(Arena arena, SeccompNotificationSizes sizes) {
    memory = arena.allocate(Math.max(SIZE, sizes.notification()), Long.BYTES);
  }

  /** Returns the memory, all zero as the kernel demands it. */
  MemorySegment cleared() {
    return memory.fill((byte) 0);
  }

  /** Returns what the answer refers to; unique for the listener. */
  public long id() {
    return memory.get(JAVA_LONG, ID);
  }

  /**
   * Returns the thread that calls, in the pid namespace of the listener; 0 when it is not in it.
   */
  public int pid() {
    return memory.get(JAVA_INT, PID);
  }

  /** Returns the number of the call. */
  public int number() {
    return memory.get(JAVA_INT, DATA + SeccompFilter.DATA_NR);
  }

  /** Returns the AUDIT_ARCH_ value of the calling convention. */
  public int architecture() {
    return memory.get(JAVA_INT, DATA + SeccompFilter.DATA_ARCH);
  }

  /** Returns where the call was made. */
  public long instructionPointer() {
    return memory.get(JAVA_LONG, DATA + DATA_INSTRUCTION_POINTER);
  }

  /** Returns an argument, 0 to 5. */
  public long argument(int index) {
    Objects.checkIndex(index, SeccompFilter.ARGUMENTS);
    return memory.get(JAVA_LONG, DATA + SeccompFilter.argumentLow(index));
  }
}
