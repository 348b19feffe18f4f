package io.lighter.runtime.logs;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * What has happened to the log of one container so far, from when the log was added to its
 * pipeline. Safe to read from any thread; one thread at a time calls {@link #taken}, any may call
 * the others.
 *
 * <p>The figures are in memory that may be somebody else's, too: of a file that other processes
 * read, see {@link LogCountersFile}, or of one that outlives this process, so that the next one
 * goes on counting.
 */
public final class LogCounters {
  /** How many bytes of memory they take. */
  public static final int SIZE = 5 * Long.BYTES;

  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private static final long BYTES = 0;
  private static final long BATCHES = 8;
  private static final long DROPPED_LINES = 16;
  private static final long DROPPED_BYTES = 24;
  private static final long FAILURES = 32;

  private final MemorySegment memory;

  /** Makes counters that only this object has, and that begin at 0. */
  public LogCounters() {
    this(MemorySegment.ofArray(new long[SIZE / Long.BYTES]));
  }

  private LogCounters(MemorySegment memory) {
    this.memory = memory;
  }

  /**
   * Goes on with the counters that a memory has: all zeros are the beginning.
   *
   * @param memory of {@link #SIZE} bytes at least, aligned to 8; it must stay for as long as
   *     anybody has this object
   */
  public static LogCounters in(MemorySegment memory) {
    return new LogCounters(memory.asSlice(0, SIZE, Long.BYTES));
  }

  void taken(int length) {
    LONG.setRelease(memory, BATCHES, (long) LONG.get(memory, BATCHES) + 1L);
    LONG.setRelease(memory, BYTES, (long) LONG.get(memory, BYTES) + length);
  }

  /**
   * Counts what a sink has taken and then could never keep. Any thread may call it.
   *
   * @param lines that ended in it
   * @param length in bytes
   */
  public void dropped(long lines, long length) {
    add(DROPPED_LINES, lines);
    add(DROPPED_BYTES, length);
  }

  /** Counts that a sink could not keep anything now, or failed. Any thread may call it. */
  public void failed() {
    add(FAILURES, 1);
  }

  /** Returns how many bytes the container wrote that have left its pipes. */
  public long bytes() {
    return get(BYTES);
  }

  /** Returns in how many batches they did. */
  public long batches() {
    return get(BATCHES);
  }

  /** Returns how many lines were dropped, by policy or because the sink could never keep them. */
  public long droppedLines() {
    return get(DROPPED_LINES);
  }

  /** Returns how many bytes were dropped. */
  public long droppedBytes() {
    return get(DROPPED_BYTES);
  }

  /** Returns how often the sink could not keep anything, or failed. */
  public long failures() {
    return get(FAILURES);
  }

  private void add(long offset, long more) {
    long _ = (long) LONG.getAndAdd(memory, offset, more);
  }

  private long get(long offset) {
    return (long) LONG.getVolatile(memory, offset);
  }
}
