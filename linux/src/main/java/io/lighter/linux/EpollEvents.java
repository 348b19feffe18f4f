package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The events of one wait, in memory that is used again for the next one. Not thread-safe.
 *
 * <p>struct epoll_event is packed to 12 bytes on x86-64, and on x86-64 alone: elsewhere the data
 * lies at offset 8 of 16.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/epoll_event.3type.html">epoll_event(3)</a>
 */
public final class EpollEvents {
  private static final boolean PACKED = Architecture.current() == Architecture.X86_64;

  static final int EVENTS = 0;
  static final int DATA = PACKED ? 4 : 8;
  private static final int SIZE_OF = PACKED ? 12 : 16;

  private final MemorySegment memory;
  private final int capacity;
  private int count;

  /**
   * Makes room in the arena.
   *
   * @param capacity the most events that one wait returns, at least 1
   */
  public EpollEvents(Arena arena, int capacity) {
    this.memory = arena.allocate((long) SIZE_OF * capacity, Long.BYTES);
    this.capacity = capacity;
  }

  long address() {
    return memory.address();
  }

  int capacity() {
    return capacity;
  }

  void setCount(int events) {
    count = events;
  }

  /** Returns how many events the last wait brought. */
  public int count() {
    return count;
  }

  /** Returns what happened: EPOLL bits of {@link Epoll}. */
  public int events(int index) {
    return memory.get(JAVA_INT_UNALIGNED, offset(index) + EVENTS);
  }

  /** Returns the number that the descriptor was added with. */
  public long data(int index) {
    return memory.get(JAVA_LONG_UNALIGNED, offset(index) + DATA);
  }

  private long offset(int index) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException("event " + index + " of " + count);
    }
    return (long) SIZE_OF * index;
  }
}
