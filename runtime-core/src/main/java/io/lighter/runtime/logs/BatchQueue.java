package io.lighter.runtime.logs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Batches that wait in memory of a fixed size, one behind the other in a ring. The memory is there
 * while something waits.
 *
 * <p>Not thread-safe.
 */
final class BatchQueue {
  /** Of each batch in the ring: its length, stream, flags, newlines; its time; begun. */
  static final int HEADER = 40;

  private static final int LENGTH = 0;
  private static final int STREAM = 4;
  private static final int FLAGS = 8;
  private static final int NEWLINES = 12;
  private static final int TIME = 16;
  private static final int BEGUN = 24;

  private static final int ENDS_MID_LINE = 1;
  private static final int LAST = 2;
  private static final int MARKER = 4;

  /** In place of a length: the next batch is at the beginning of the memory. */
  private static final int WRAP = -1;

  private final int capacity;
  private @Nullable Arena arena;
  private MemorySegment memory = MemorySegment.NULL;

  /** Where the oldest is, where the next one goes, and how much lies between them. */
  private int head;

  private int tail;
  private int used;
  private int count;

  /** Makes room for some bytes. */
  BatchQueue(int capacity) {
    this.capacity = capacity & -Long.BYTES;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Returns the most bytes that one batch may have. */
  int longest() {
    return capacity / 2 - HEADER;
  }

  /**
   * Adds a part of a batch.
   *
   * @param from of its first byte
   * @param begun of the part
   * @return false when there is no room
   */
  boolean offer(LogBatch batch, int from, int length, int newlines, long time, long begun) {
    int size = size(length);
    int at = place(size);
    if (at < 0) {
      return false;
    }
    boolean whole = from + length == batch.length();
    int flags = whole && batch.endsMidLine() ? ENDS_MID_LINE : 0;
    flags |= whole && batch.isLast() ? LAST : 0;
    flags |= batch.isMarker() ? MARKER : 0;
    memory.set(JAVA_INT, at + LENGTH, length);
    memory.set(JAVA_INT, at + STREAM, batch.stream().code());
    memory.set(JAVA_INT, at + FLAGS, flags);
    memory.set(JAVA_INT, at + NEWLINES, newlines);
    memory.set(JAVA_LONG, at + TIME, time);
    memory.set(JAVA_LONG, at + BEGUN, begun);
    MemorySegment.copy(batch.bytes(), from, memory, at + HEADER, length);
    tail = at + size;
    used += size;
    count++;
    return true;
  }

  private static int size(int length) {
    return (HEADER + length + Long.BYTES - 1) & -Long.BYTES;
  }

  /** Returns where so many bytes can go, or -1. */
  private int place(int size) {
    if (arena == null) {
      arena = Arena.ofShared();
      memory = arena.allocate(capacity, Long.BYTES);
    }
    if (count == 0) {
      head = 0;
      tail = 0;
      used = 0;
    }
    if (used + size > capacity) {
      return -1;
    }
    if (tail >= head) {
      if (capacity - tail >= size) {
        return tail;
      }
      if (head < size || count == 0) {
        return -1;
      }
      if (capacity - tail >= Integer.BYTES) {
        memory.set(JAVA_INT, tail + LENGTH, WRAP);
      }
      used += capacity - tail;
      return 0;
    }
    return head - tail >= size ? tail : -1;
  }

  /** Copies the oldest into a batch, and leaves it in the queue. */
  void peek(QueuedBatch into) {
    skipWrap();
    int length = memory.get(JAVA_INT, head + LENGTH);
    int flags = memory.get(JAVA_INT, head + FLAGS);
    into.set(
        LogStream.of(memory.get(JAVA_INT, head + STREAM)),
        memory.get(JAVA_LONG, head + TIME),
        length,
        memory.get(JAVA_INT, head + NEWLINES),
        memory.get(JAVA_LONG, head + BEGUN));
    into.setEnd((flags & ENDS_MID_LINE) != 0, (flags & LAST) != 0, (flags & MARKER) != 0);
    MemorySegment.copy(memory, head + HEADER, into.bytes(), 0, length);
  }

  private void skipWrap() {
    if (capacity - head < Integer.BYTES || memory.get(JAVA_INT, head + LENGTH) == WRAP) {
      used -= capacity - head;
      head = 0;
    }
  }

  /** Returns how many lines end in the oldest; 0 when it was written by the pipeline itself. */
  int newlines() {
    skipWrap();
    return isMarker() ? 0 : memory.get(JAVA_INT, head + NEWLINES);
  }

  /** Returns how long the oldest is; 0 when it was written by the pipeline itself. */
  int length() {
    skipWrap();
    return isMarker() ? 0 : memory.get(JAVA_INT, head + LENGTH);
  }

  private boolean isMarker() {
    return (memory.get(JAVA_INT, head + FLAGS) & MARKER) != 0;
  }

  /** Removes the oldest, after telling what it was. */
  void remove(DropReport dropped) {
    if (length() > 0) {
      dropped.add(newlines(), length(), memory.get(JAVA_LONG, head + TIME));
    }
    remove();
  }

  /** Removes the oldest. */
  void remove() {
    skipWrap();
    int size = size(memory.get(JAVA_INT, head + LENGTH));
    head += size;
    used -= size;
    count--;
  }

  /** Gives the memory back, with whatever waits. */
  void release() {
    if (arena != null) {
      arena.close();
      arena = null;
      memory = MemorySegment.NULL;
    }
    count = 0;
  }
}
