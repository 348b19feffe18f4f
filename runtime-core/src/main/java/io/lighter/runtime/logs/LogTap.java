package io.lighter.runtime.logs;

import java.lang.foreign.MemorySegment;

/**
 * Who reads what a container writes at the time when it does, beside its log: every byte as it was
 * written, also of a line that has not ended, such as a prompt. {@link BufferedTap} is one that
 * another thread reads from.
 *
 * <p>The methods are called by one thread at a time, and what one call wrote the next one sees.
 */
public interface LogTap extends AutoCloseable {
  /**
   * Is called once, before anything is offered.
   *
   * @param resume to be called by any thread when there is room again after an {@link #offer} that
   *     was not taken wholly; without it that is offered again after a pause
   */
  default void attached(Runnable resume) {}

  /**
   * Takes bytes, or as many of their beginning as there is room for. It must not block: what it
   * does not take now is offered again, and until then the log takes no more of this stream than
   * its taps have.
   *
   * @param bytes hold during this call only
   * @param offset of the first byte
   * @param length at least 1
   * @return how many it has taken, 0 to {@code length}
   */
  int offer(LogStream stream, MemorySegment bytes, int offset, int length);

  /** Nothing is offered any more: the container has ended, or its log, or the tap was detached. */
  @Override
  void close();
}
