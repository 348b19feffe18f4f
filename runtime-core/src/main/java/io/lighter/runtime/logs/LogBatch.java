package io.lighter.runtime.logs;

import io.lighter.linux.Fd;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * What one look into a stream brought: whole lines, or a part of one line that is longer than
 * {@link #PIECE_BYTES}.
 *
 * <p>The bytes end after a newline, unless {@link #endsMidLine()}: then the line goes on in the
 * next batch of this stream, and what is here of it is a multiple of {@link #PIECE_BYTES}, or the
 * stream has ended without a newline ({@link #isLast()}).
 *
 * <p>It is reused: all of it holds during {@link LogSink#append} only.
 */
public abstract class LogBatch {
  /** The longest piece that the line-by-line formats write: 16 KiB, as Docker and CRI have it. */
  public static final int PIECE_BYTES = 16 * 1024;

  /** Returns the stream that it was written to. */
  public abstract LogStream stream();

  /**
   * Returns when its first line was seen, in nanoseconds since 1970. Each further line is one
   * nanosecond later. No two lines of a container have the same time, of whatever stream, and none
   * is earlier than the one before it, even when the clock has been set back.
   */
  public abstract long time();

  /** Returns the memory that has the bytes, from its offset 0 on; it may be larger. */
  public abstract MemorySegment bytes();

  /** Returns the same memory as a direct buffer, whose position and limit are the caller's. */
  public abstract ByteBuffer buffer();

  /** Returns how many bytes there are: 1 to 2^20. */
  public abstract int length();

  /** Returns how many newlines are among the bytes. */
  public abstract int newlines();

  /**
   * Returns how many bytes of the first line were in earlier batches: a multiple of {@link
   * #PIECE_BYTES}, 0 when the batch begins with a new line.
   */
  public abstract long begun();

  /** Returns whether the line that the batch ends with is not complete. */
  public abstract boolean endsMidLine();

  /** Returns whether the stream has ended and this is all that was left of it. */
  public abstract boolean isLast();

  /** Returns whether this was written by the pipeline itself, such as to tell what was dropped. */
  public abstract boolean isMarker();

  /**
   * Moves the first bytes from the container's pipe to a file, within the kernel: they leave the
   * pipe when they are in the file, and not before. The last thing that {@link LogSink#append} does
   * with a batch; it returns what this returned.
   *
   * @param file a regular file that is open for writing, without O_APPEND
   * @param offset where in the file
   * @param length how many of the bytes, at most {@link #length()}
   * @return how many were moved, fewer when the disk is full; 0 when there was no room at all
   */
  public abstract int moveTo(Fd file, long offset, int length);
}
