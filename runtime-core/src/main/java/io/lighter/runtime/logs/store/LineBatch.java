package io.lighter.runtime.logs.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogStream;
import io.lighter.runtime.logs.NewlineScan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Lines that were read from a log, together again as a batch: lines of one stream whose times
 * follow each other as those of a batch do. Not thread-safe.
 */
final class LineBatch extends LogBatch implements AutoCloseable {
  private static final int CAPACITY = 64 * 1024;

  private final Linux linux;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory = arena.allocate(CAPACITY, Long.BYTES);
  private final ByteBuffer buffer = memory.asByteBuffer();

  private LogStream stream = LogStream.STDOUT;
  private long time;
  private int length;
  private int newlines;
  private long begun;
  private long given;
  private boolean endsMidLine;
  private boolean marker;

  LineBatch(Linux linux) {
    this.linux = linux;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** Returns whether what a reader shows belongs to this batch, and fits. */
  boolean takes(LogReader reader) {
    if (isEmpty()) {
      return true;
    }
    return !endsMidLine
        && reader.begins()
        && reader.ends()
        && reader.stream() == stream
        && reader.isMarker() == marker
        && reader.time() == time + newlines
        && length + reader.length() + 1 <= CAPACITY;
  }

  /** Adds what a reader shows. */
  void add(LogReader reader) {
    if (isEmpty()) {
      stream = reader.stream();
      time = reader.time();
      begun = reader.begins() ? 0 : given;
      marker = reader.isMarker();
    }
    MemorySegment.copy(reader.bytes(), reader.offset(), memory, length, reader.length());
    length += reader.length();
    if (reader.ends()) {
      memory.set(JAVA_BYTE, length++, (byte) '\n');
      newlines++;
      given = 0;
    } else {
      endsMidLine = true;
      given = begun + length;
    }
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
    endsMidLine &= length > 0;
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
    return false;
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
        written += (int) linux.files().pwrite(file, rest, offset + written);
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
