package io.lighter.runtime.logs.read;

import io.lighter.runtime.logs.LogStream;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * The lines of a log that a query chose, one after the other; a long line in pieces.
 *
 * <pre>{@code
 * do {
 *   while (lines.next()) {
 *     write(lines.bytes(), lines.offset(), lines.length());
 *   }
 * } while (lines.await(Long.MAX_VALUE));
 * }</pre>
 *
 * <p>For one thread at a time.
 */
public interface LogLines extends AutoCloseable {
  /**
   * Goes to the next line, or to the next piece of a line.
   *
   * @return false when there is none now
   */
  boolean next();

  /**
   * Waits until there may be more.
   *
   * @param nanos how long at most
   * @return false when no more will come: the query does not follow, its time is over, or nobody
   *     writes the log any more
   */
  boolean await(long nanos) throws InterruptedException;

  /** Returns the memory that has the piece, until {@link #next} is called. */
  MemorySegment bytes();

  /** Returns where in the memory the piece begins. */
  int offset();

  /** Returns how many bytes the piece has, without the newline. */
  int length();

  /** Returns which stream the line was written to. */
  LogStream stream();

  /** Returns when, in nanoseconds since 1970. */
  long time();

  /** Returns whether this is the first piece of its line. */
  boolean begins();

  /** Returns whether this is the last piece of its line. */
  boolean ends();

  /** Returns the labels and variables that the line carries, in the order of their names. */
  Map<String, String> attributes();

  @Override
  void close();
}
