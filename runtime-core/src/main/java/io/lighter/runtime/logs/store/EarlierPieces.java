package io.lighter.runtime.logs.store;

import io.lighter.runtime.logs.LogStream;
import io.lighter.runtime.logs.NewlineScan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a line has in entries before the one that it ends in: found by going back from there over
 * the entries of its stream, and then shown in order. Not thread-safe.
 */
final class EarlierPieces implements AutoCloseable {
  private static final int BACK_AT_ONCE = 16 * 1024;

  private final SegmentFolder folder;
  private final Arena arena;
  private @Nullable SegmentView view;
  private @Nullable Pieces pieces;
  private LogStream stream = LogStream.STDOUT;
  private int entry;
  private long left;
  private long lastTime;

  EarlierPieces(SegmentFolder folder, Arena arena) {
    this.folder = folder;
    this.arena = arena;
  }

  private SegmentView view() {
    SegmentView made = view;
    if (made == null) {
      made = new SegmentView(folder, arena);
      view = made;
      pieces = new Pieces(made);
    }
    return made;
  }

  /**
   * Finds the line that is open before an entry.
   *
   * @param segment where the entry is
   * @param before its number; more than the last for the end of the segment
   */
  void start(LogStream sought, long segment, int before) {
    stream = sought;
    left = 0;
    lastTime = 0;
    SegmentView from = view();
    if (from.segment() != segment && !from.open(segment)) {
      return;
    }
    from.refresh();
    goBack(from, Math.min(before, from.entries()));
  }

  private void goBack(SegmentView from, int before) {
    int i = before;
    long first = 0;
    while (true) {
      i--;
      if (i < 0) {
        long segment = from.segment();
        if (!from.open(segment - 1)) {
          // It has been removed: the line begins where the log does.
          if (from.open(segment)) {
            startAt(from, 0, 0);
          } else {
            left = 0;
          }
          return;
        }
        i = from.entries();
        continue;
      }
      IndexEntry at = from.entry(i);
      if (!isOfLine(at)) {
        continue;
      }
      if (!at.has(IndexEntry.ENDS_WITHIN)) {
        startAt(from, i + 1, 0);
        return;
      }
      lastTime = lastTime == 0 ? at.time() : lastTime;
      first = at.lines() > at.cutBefore() ? afterLastNewline(from, at) : at.offset();
      left += at.end() - first;
      if (at.lines() > 0 || !at.has(IndexEntry.BEGINS_WITHIN) || at.has(IndexEntry.HEADLESS)) {
        startAt(from, i, first);
        return;
      }
    }
  }

  private boolean isOfLine(IndexEntry at) {
    return at.isSound() && at.stream() == stream && !at.standsBeside();
  }

  private static long afterLastNewline(SegmentView from, IndexEntry at) {
    long begin = at.offset();
    long to = at.end();
    while (to > begin) {
      int size = (int) Math.min(BACK_AT_ONCE, to - begin);
      from.load(to - size, size, to);
      int newline = NewlineScan.last(from.window(), 0, size);
      if (newline >= 0) {
        return to - size + newline + 1;
      }
      to -= size;
    }
    return begin;
  }

  private void startAt(SegmentView from, int number, long offset) {
    entry = number;
    if (offset > 0 || (number < from.entries() && isOfLine(from.entry(number)))) {
      IndexEntry at = from.entry(number);
      pieces().start(Math.max(offset, at.offset()), at.end());
    } else {
      pieces().start(0, 0);
    }
  }

  private Pieces pieces() {
    view();
    return Objects.requireNonNull(pieces);
  }

  /** Returns the time of the last entry that the line is in; 0 when there is none. */
  long lastTime() {
    return lastTime;
  }

  /** Returns how many bytes of it have not been shown. */
  long bytes() {
    return left;
  }

  /** Returns whether there are more bytes. */
  boolean hasMore() {
    return left > 0;
  }

  /** Goes to the next piece, of which there is one. */
  Pieces next() {
    Pieces from = pieces();
    while (!from.hasMore()) {
      nextEntry(view());
    }
    from.next();
    left -= from.length();
    return from;
  }

  private void nextEntry(SegmentView in) {
    entry++;
    if (entry >= in.entries()) {
      long segment = in.segment();
      if (!in.open(segment + 1)) {
        throw new DamagedSegmentException(segment + 1, "it has gone while a line was read from it");
      }
      entry = -1;
      return;
    }
    IndexEntry at = in.entry(entry);
    if (isOfLine(at)) {
      pieces().start(at.offset(), at.end());
    }
  }

  /** Shows no more. */
  void stop() {
    left = 0;
  }

  MemorySegment memory() {
    return view().window();
  }

  @Override
  public void close() {
    if (view != null) {
      view.close();
    }
  }
}
