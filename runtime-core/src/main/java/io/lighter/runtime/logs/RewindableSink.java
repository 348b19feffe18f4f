package io.lighter.runtime.logs;

/**
 * A sink that can go back to where it was, and so is exact even when the process is killed between
 * a write and the moment at which the bytes leave the container's pipe.
 */
public interface RewindableSink extends LogSink {
  /**
   * Returns where the next byte is going to lie: a number that only this sink understands, and that
   * a sink of a later process over the same file understands too. It is asked before each {@link
   * #append}, which makes it the moment to go on with another file.
   */
  long position();

  /**
   * Forgets all that was written at and behind a position.
   *
   * @param position what {@link #position()} of this process or of the one before has returned
   *     before the last {@link #append}
   */
  void rewind(long position);
}
