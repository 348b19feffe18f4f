package io.lighter.runtime.logs;

import java.lang.foreign.MemorySegment;

/** Is shown the lines of a batch one after the other, by {@link LineSplitter}. */
public interface LineVisitor {
  /**
   * One line, or one piece of a long one.
   *
   * @param bytes the memory of the batch
   * @param offset of its first byte
   * @param length in bytes, without its newline; at most {@link LogBatch#PIECE_BYTES}
   * @param time in nanoseconds since 1970
   * @param piece which piece of its line this is, from 0
   * @param completes whether the line ends with it, by a newline or as the {@link LineSplitter}
   *     says of the end of the stream
   */
  void line(MemorySegment bytes, int offset, int length, long time, long piece, boolean completes);

  /** Returns whether it wants the next line too; it is asked after each one. */
  default boolean goesOn() {
    return true;
  }
}
