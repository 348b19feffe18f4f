package io.lighter.runtime.logs.driver;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A connected stream whose calls wait no longer than they are told. After an exception it can only
 * be closed. Used by one thread at a time.
 */
interface Connection extends AutoCloseable {
  /**
   * Writes.
   *
   * @param bytes from their position, which is behind what was written afterwards
   * @param wait in nanoseconds, 0 for not at all
   * @return whether all was written; when not, the time is over
   */
  boolean write(ByteBuffer bytes, long wait) throws IOException;

  /**
   * Reads what is there, at least one byte.
   *
   * @param wait in nanoseconds, 0 for not at all
   * @return how many bytes; 0 when the time is over, -1 when the other side has closed
   */
  int read(ByteBuffer into, long wait) throws IOException;

  /** Sends on what {@link #write} took and still holds; waits for nothing. */
  void flush() throws IOException;

  /** Closes, and tells the other side if that is possible at once. */
  @Override
  void close();
}
