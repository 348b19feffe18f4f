package io.lighter.runtime.logs.store;

import static io.lighter.runtime.logs.LogBatch.PIECE_BYTES;

import io.lighter.runtime.logs.NewlineScan;
import java.lang.foreign.MemorySegment;

/** The lines of a range of a segment's content, in pieces. Not thread-safe. */
final class Pieces {
  private final SegmentView view;
  private long at;
  private long end;
  private int offset;
  private int length;
  private boolean newline;

  Pieces(SegmentView view) {
    this.view = view;
  }

  void start(long from, long to) {
    at = from;
    end = to;
  }

  boolean hasMore() {
    return at < end;
  }

  /** Goes to the next piece: up to a newline, to the end, or as long as a piece may be. */
  void next() {
    // A line of just PIECE_BYTES is whole, so its newline is looked for one byte further.
    int wanted = (int) Math.min(PIECE_BYTES + 1L, end - at);
    int there = Math.min(wanted, view.inWindow(at));
    int found = there == 0 ? 0 : scan(there);
    if (found == there && there < wanted) {
      view.load(at, wanted, end);
      found = scan(wanted);
      there = wanted;
    }
    offset = view.toWindow(at);
    newline = found < there;
    length = Math.min(found, PIECE_BYTES);
    at += newline ? length + 1 : length;
  }

  /** Returns how many bytes there are before the first newline. */
  private int scan(int bytes) {
    int from = view.toWindow(at);
    return NewlineScan.next(view.window(), from, from + bytes) - from;
  }

  /** Leaves out lines that end with a newline. */
  void skipLines(int lines) {
    int left = lines;
    while (left > 0 && hasMore()) {
      next();
      left -= newline ? 1 : 0;
    }
  }

  MemorySegment memory() {
    return view.window();
  }

  /** Returns where in the memory the piece is. */
  int offset() {
    return offset;
  }

  /** Returns how many bytes it has, without its newline. */
  int length() {
    return length;
  }

  /** Returns whether a newline follows it. */
  boolean endsWithNewline() {
    return newline;
  }
}
