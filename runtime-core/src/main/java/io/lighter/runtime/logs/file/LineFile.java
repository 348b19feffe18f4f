package io.lighter.runtime.logs.file;

import io.lighter.runtime.logs.LineVisitor;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogStream;
import java.lang.foreign.MemorySegment;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Renders the lines of batches into a file. Writes with few large calls, and leaves nothing of a
 * batch in the file when the disk is full. Not thread-safe.
 */
final class LineFile implements LineVisitor, AutoCloseable {
  private final LogFile file;
  private final LineFormat format;
  private final long capacity;

  /** How large the file is, counted as moby counts: from when it was opened, by what is written. */
  private long size;

  // Of one append.
  private RenderBuffer buffer;
  private UnsafeBuffer bytes;
  private LogStream stream = LogStream.STDOUT;
  private int filled;
  private boolean full;
  private long lastTime;

  /** When the lines began that the streams are in, for a format that tells it of all pieces. */
  private final long[] begun = new long[LogStream.values().length];

  /**
   * Appends to a file.
   *
   * @param capacity in bytes; the line that reaches it is the last one
   */
  LineFile(LogFile file, LineFormat format, long capacity) {
    this.file = file;
    this.format = format;
    this.capacity = capacity;
    this.size = file.size();
    this.buffer = RenderBuffer.get();
    this.bytes = buffer.over(buffer.memory());
  }

  LogFile file() {
    return file;
  }

  /** Returns the time of the last line that was appended. */
  long lastTime() {
    return lastTime;
  }

  boolean isFull() {
    return size >= capacity;
  }

  /** Begins to count anew, for a file that is another one now. */
  void changed() {
    size = file.size();
  }

  /** Appends the lines of a batch until the capacity is reached; returns as a sink does. */
  int append(LogBatch batch) {
    long before = size;
    long position = file.size();
    buffer = RenderBuffer.get();
    bytes = buffer.over(batch.bytes());
    stream = batch.stream();
    filled = 0;
    full = false;
    int taken = format.splitter().split(batch, this);
    write();
    if (full) {
      file.cut(position);
      size = before;
      return 0;
    }
    return taken;
  }

  @Override
  public void line(
      MemorySegment ignored, int offset, int length, long time, long piece, boolean completes) {
    if (filled + format.longest(length) > RenderBuffer.SIZE) {
      write();
    }
    long told = format.hasOneTimeALine() ? timeOfLine(time, piece) : time;
    int end = format.put(buffer.target(), filled, stream, told, bytes, offset, length, completes);
    size += end - filled;
    filled = end;
    lastTime = time;
  }

  /** A process that goes on in the middle of a line does not know when it began. */
  private long timeOfLine(long time, long piece) {
    int code = stream.code();
    if (piece == 0 || begun[code] == 0) {
      begun[code] = time;
    }
    return begun[code];
  }

  @Override
  public boolean goesOn() {
    return size < capacity && !full;
  }

  private void write() {
    if (filled > 0 && !full) {
      full = file.append(buffer.memory(), filled) < filled;
    }
    filled = 0;
  }

  @Override
  public void close() {
    file.close();
  }
}
