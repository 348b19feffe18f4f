package io.lighter.runtime.logs.file;

import io.lighter.runtime.logs.LineSplitter;
import io.lighter.runtime.logs.LogStream;
import org.agrona.concurrent.UnsafeBuffer;

/** How one line is written. An instance is of one file; not thread-safe. */
interface LineFormat {
  /** Returns what it holds for a line. */
  LineSplitter splitter();

  /** Returns whether all pieces of a long line tell the time of the first one. */
  boolean hasOneTimeALine();

  /** Returns how many bytes a line or piece of some bytes can become at most. */
  int longest(int length);

  /**
   * Writes a line or a piece of one.
   *
   * @param to where in the target, which has room for {@link #longest}
   * @param time nanoseconds since 1970
   * @param completes whether the line ends with it
   * @return where it ends in the target
   */
  int put(
      UnsafeBuffer target,
      int to,
      LogStream stream,
      long time,
      UnsafeBuffer bytes,
      int from,
      int length,
      boolean completes);
}
