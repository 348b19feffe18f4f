package io.lighter.runtime.logs;

/**
 * One place where the log of one container is kept. Embedders may write their own.
 *
 * <p>One thread at a time calls it, and what one call wrote the next one sees, though the threads
 * may be different ones. A call may block for as long as the place needs: only the container whose
 * log it is waits, as another thread goes on with the others.
 *
 * <p>A sink that writes to what survives the process, such as a file, should be able to undo what
 * it wrote last: see {@link RewindableSink}.
 */
public interface LogSink extends AutoCloseable {
  /**
   * Keeps a batch, or as much of its beginning as is possible now.
   *
   * <p>The batch and its memory belong to the caller and hold for this call only.
   *
   * @return how many of its bytes are safe, counted from the first one; what is less than {@link
   *     LogBatch#length()} is offered again, after a pause when it is 0. A part ends after a
   *     newline or after a multiple of {@link LogBatch#PIECE_BYTES} of a line, but for one that
   *     {@link LogBatch#moveTo} could not move further.
   * @throws RuntimeException when this batch can never be kept; it is counted as dropped
   */
  int append(LogBatch batch);

  /**
   * Returns how many bytes it has of a line that has not ended, of an earlier process: what the
   * stream's pipe still has is the rest of that line. A sink that cannot tell says 0.
   */
  default long begun(LogStream stream) {
    return 0;
  }

  /**
   * Is told once, before the first batch, where to count what it takes and can never keep after
   * all. What {@link #append} has not taken is counted by the caller.
   */
  default void countIn(LogCounters counters) {}

  /**
   * Hands on what it holds back, if it holds anything back. It is called when the container has
   * nothing more to say for now, so it should be cheap.
   */
  default void flush() {}

  /** Lets go of what it holds; nothing is appended afterwards. */
  @Override
  void close();
}
