package io.lighter.bench.logs;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * Whole lines of one size that are in memory and in no pipe, as often as one likes: each time they
 * are some milliseconds later.
 */
public final class MemoryBatch extends LogBatch {
  private static final long STEP_NANOS = 10_000_000;

  private static final int DIGITS = 10;

  private final Linux linux;
  private final MemorySegment memory;
  private final ByteBuffer buffer;
  private final int newlines;
  private long time = 1_700_000_000_000_000_000L;

  /**
   * Fills it.
   *
   * @param bytes how many at most; 1 to 2^20
   * @param line without its newline
   */
  public MemoryBatch(Linux linux, Arena arena, int bytes, byte[] line) {
    this.linux = linux;
    int each = line.length + 1;
    newlines = bytes / each;
    memory = arena.allocate((long) newlines * each, 4096);
    for (int i = 0; i < newlines; i++) {
      MemorySegment.copy(line, 0, memory, ValueLayout.JAVA_BYTE, (long) i * each, line.length);
      memory.set(ValueLayout.JAVA_BYTE, (long) i * each + line.length, (byte) '\n');
    }
    buffer = memory.asByteBuffer();
  }

  /** The number that one of the writer's lines begins with: {@code #0000000042}. */
  static long number(MemorySegment bytes, long offset) {
    long number = 0;
    for (int i = 1; i <= DIGITS; i++) {
      number = number * 10 + (bytes.get(ValueLayout.JAVA_BYTE, offset + i) - '0');
    }
    return number;
  }

  /** The same lines, written later. */
  public MemoryBatch next() {
    time += STEP_NANOS;
    return this;
  }

  @Override
  public LogStream stream() {
    return LogStream.STDOUT;
  }

  @Override
  public long time() {
    return time;
  }

  @Override
  public MemorySegment bytes() {
    return memory;
  }

  @Override
  public ByteBuffer buffer() {
    return buffer;
  }

  @Override
  public int length() {
    return (int) memory.byteSize();
  }

  @Override
  public int newlines() {
    return newlines;
  }

  @Override
  public long begun() {
    return 0;
  }

  @Override
  public boolean endsMidLine() {
    return false;
  }

  @Override
  public boolean isLast() {
    return false;
  }

  @Override
  public boolean isMarker() {
    return false;
  }

  /** Writes, as there is no pipe to move from. */
  @Override
  public int moveTo(Fd file, long offset, int length) {
    return (int) linux.files().pwrite(file, memory.asSlice(0, length), offset);
  }
}
