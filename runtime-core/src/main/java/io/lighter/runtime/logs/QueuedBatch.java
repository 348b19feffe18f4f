package io.lighter.runtime.logs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** A batch that has left its pipe, in memory of its own. Not thread-safe. */
final class QueuedBatch extends LogBatch implements AutoCloseable {
  private final Files files;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final ByteBuffer buffer;

  private LogStream stream = LogStream.STDOUT;
  private long time;
  private int length;
  private int newlines;
  private long begun;
  private boolean endsMidLine;
  private boolean last;
  private boolean marker;

  QueuedBatch(Files files, int capacity) {
    this.files = files;
    this.memory = arena.allocate(capacity, Long.BYTES);
    this.buffer = memory.asByteBuffer();
  }

  void set(LogStream of, long at, int bytes, int lineEnds, long begunBefore) {
    stream = of;
    time = at;
    length = bytes;
    newlines = lineEnds;
    begun = begunBefore;
  }

  void setEnd(boolean midLine, boolean isLast, boolean isMarker) {
    endsMidLine = midLine;
    last = isLast;
    marker = isMarker;
  }

  /** Makes it a line of the pipeline's own. */
  void setMarker(byte[] line, long at) {
    MemorySegment.copy(line, 0, memory, JAVA_BYTE, 0, line.length);
    set(LogStream.STDERR, at, line.length, 1, 0);
    setEnd(false, false, true);
  }

  /** Forgets the first bytes, which a sink has kept. */
  void advance(int bytes) {
    int newline = NewlineScan.last(memory, 0, bytes);
    int ended = NewlineScan.count(memory, 0, bytes);
    begun = newline < 0 ? begun + bytes : bytes - (newline + 1L);
    MemorySegment.copy(memory, bytes, memory, 0, length - bytes);
    length -= bytes;
    newlines -= ended;
    time += ended;
  }

  @Override
  public LogStream stream() {
    return stream;
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
    return length;
  }

  @Override
  public int newlines() {
    return newlines;
  }

  @Override
  public long begun() {
    return begun;
  }

  @Override
  public boolean endsMidLine() {
    return endsMidLine;
  }

  @Override
  public boolean isLast() {
    return last;
  }

  @Override
  public boolean isMarker() {
    return marker;
  }

  @Override
  public int moveTo(Fd file, long offset, int bytes) {
    int written = 0;
    while (written < bytes) {
      try {
        MemorySegment rest = memory.asSlice(written, bytes - written);
        written += (int) files.pwrite(file, rest, offset + written);
      } catch (LinuxException e) {
        if (e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT) {
          return written;
        }
        throw e;
      }
    }
    return written;
  }

  @Override
  public void close() {
    arena.close();
  }
}
