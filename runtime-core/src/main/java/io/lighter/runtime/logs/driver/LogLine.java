package io.lighter.runtime.logs.driver;

import io.lighter.runtime.logs.LogStream;
import java.lang.foreign.MemorySegment;

/**
 * A line, or a piece of one, as Docker's copier (daemon/logger/copier.go) would hand it to a
 * driver. It is used again for the next one. Not thread-safe.
 */
final class LogLine {
  private LogStream stream = LogStream.STDOUT;
  private MemorySegment bytes = MemorySegment.NULL;
  private int offset;
  private int length;
  private long time;
  private String partialId = "";
  private long piece;
  private boolean last;
  private int end;

  void set(LogStream of, MemorySegment in, int from, int size, int behind) {
    stream = of;
    bytes = in;
    offset = from;
    length = size;
    end = behind;
  }

  void setWhole(long at) {
    time = at;
    partialId = "";
  }

  void setPartial(long at, String id, long number, boolean completes) {
    time = at;
    partialId = id;
    piece = number;
    last = completes;
  }

  LogStream stream() {
    return stream;
  }

  MemorySegment bytes() {
    return bytes;
  }

  int offset() {
    return offset;
  }

  /** Returns its bytes' number, without a newline: 0 to 16 KiB. */
  int length() {
    return length;
  }

  /**
   * Returns when the line came, in nanoseconds since 1970; all pieces of a line have the time of
   * the first one.
   */
  long time() {
    return time;
  }

  /** Returns whether it is a piece only, the last one of a line too. */
  boolean isPartial() {
    return !partialId.isEmpty();
  }

  /** Returns the id that all pieces of the line share. */
  String partialId() {
    return partialId;
  }

  /** Returns which piece it is, from 1. */
  long ordinal() {
    return piece + 1;
  }

  /** Returns whether a newline has ended the line with this piece. */
  boolean isLast() {
    return last;
  }

  /** Returns how many bytes of the batch are done when this is: its newline included. */
  int end() {
    return end;
  }
}
