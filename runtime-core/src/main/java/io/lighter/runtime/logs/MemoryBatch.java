package io.lighter.runtime.logs;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A batch whose bytes lie in memory of its own, filled anew each time. Not thread-safe; the memory
 * is there until it is closed.
 */
public abstract class MemoryBatch extends LogBatch implements AutoCloseable {
  /** In place of a number of newlines: they are counted when they are asked for. */
  protected static final int UNCOUNTED = -1;

  protected LogStream stream = LogStream.STDOUT;
  protected long time;
  protected int length;
  protected int newlines;
  protected long begun;
  protected boolean endsMidLine;
  protected boolean last;
  protected boolean marker;

  private final Files files;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final ByteBuffer buffer;

  /**
   * Has memory for some bytes.
   *
   * @param files which {@link #moveTo} writes to
   */
  protected MemoryBatch(Files files, int capacity) {
    this.files = files;
    this.memory = arena.allocate(capacity, Long.BYTES);
    this.buffer = memory.asByteBuffer();
  }

  /** Forgets the first bytes, which a sink has kept. */
  protected final void advance(int bytes) {
    int newline = NewlineScan.last(memory, 0, bytes);
    int ended = NewlineScan.count(memory, 0, bytes);
    begun = newline < 0 ? begun + bytes : bytes - (newline + 1L);
    MemorySegment.copy(memory, bytes, memory, 0, length - bytes);
    length -= bytes;
    newlines -= ended;
    time += ended;
  }

  @Override
  public final LogStream stream() {
    return stream;
  }

  @Override
  public final long time() {
    return time;
  }

  @Override
  public final MemorySegment bytes() {
    return memory;
  }

  @Override
  public final ByteBuffer buffer() {
    return buffer;
  }

  @Override
  public final int length() {
    return length;
  }

  @Override
  public final int newlines() {
    if (newlines == UNCOUNTED) {
      newlines = NewlineScan.count(memory, 0, length);
    }
    return newlines;
  }

  @Override
  public final long begun() {
    return begun;
  }

  @Override
  public final boolean endsMidLine() {
    return endsMidLine;
  }

  @Override
  public final boolean isLast() {
    return last;
  }

  @Override
  public final boolean isMarker() {
    return marker;
  }

  /** {@inheritDoc} What has left its pipe before is written. */
  @Override
  public int moveTo(Fd file, long offset, int bytes) {
    int written = 0;
    while (written < bytes) {
      try {
        MemorySegment rest = memory.asSlice(written, bytes - written);
        written += (int) files.pwrite(file, rest, offset + written);
      } catch (LinuxException e) {
        if (isFullDisk(e)) {
          return written;
        }
        throw e;
      }
    }
    return written;
  }

  static boolean isFullDisk(LinuxException e) {
    return e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT;
  }

  @Override
  public void close() {
    arena.close();
  }
}
