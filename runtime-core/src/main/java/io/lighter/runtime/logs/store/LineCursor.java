package io.lighter.runtime.logs.store;

import io.lighter.runtime.logs.LogStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Goes from line to line in the order in which they have ended, and in each from piece to piece.
 * Not thread-safe.
 */
final class LineCursor implements AutoCloseable {
  private final LogQuery query;
  private final SegmentView view;
  private final LineLocator locator;
  private final Pieces pieces;
  private final EarlierPieces earlier;

  private long segment;
  private int entry = -1;
  private long entryTime;
  private long firstOfEntry;
  private int linesOfEntry;
  private int flags;
  private int line = -1;
  private int linesToSkip;

  private long number;
  private long time;
  private LogStream stream = LogStream.STDOUT;
  private boolean ownPart;
  private boolean shown;

  private MemorySegment memory = MemorySegment.NULL;
  private int offset;
  private int length;
  private boolean ends;
  private boolean complete;

  private long expected;
  private long missed;

  LineCursor(SegmentFolder folder, LogQuery query, Arena arena) {
    this.query = query;
    this.view = new SegmentView(folder, arena);
    this.locator = new LineLocator(folder, view);
    this.pieces = new Pieces(view);
    this.earlier = new EarlierPieces(folder, arena);
  }

  LineLocator locator() {
    return locator;
  }

  /** Returns the segment that is open, or 0. */
  long segment() {
    return view.segment();
  }

  /** Goes before a line; what is not there any more before the next one is missed. */
  void seek(long wanted) {
    locator.seek(wanted);
    segment = view.segment();
    expected = wanted;
    entry = locator.entry() - 1;
    line = -1;
    linesOfEntry = 0;
    if (view.isOpen() && locator.line() > 0) {
      entry++;
      enter(view.entry(entry));
      line = locator.line() - 1;
      linesToSkip = Math.max(0, locator.line() - cut());
      if (!query.wants(stream)) {
        linesOfEntry = 0;
      }
    }
  }

  private int cut() {
    return (flags & IndexEntry.CUT_BEFORE) != 0 ? 1 : 0;
  }

  private void enter(IndexEntry at) {
    entryTime = at.time();
    firstOfEntry = view.linesBefore() + at.linesBefore();
    linesOfEntry = at.lines();
    flags = at.flags();
    stream = at.stream();
    line = -1;
    linesToSkip = 0;
    pieces.start(at.offset(), at.end());
    missed += Math.max(0, firstOfEntry - expected);
    expected = Math.max(expected, firstOfEntry + linesOfEntry);
  }

  /** Goes to the next line; returns false when there is none now. */
  boolean nextLine() {
    while (line + 1 >= linesOfEntry) {
      if (!nextEntry()) {
        return false;
      }
    }
    line++;
    number = firstOfEntry + line;
    time = entryTime + Math.max(0, line - cut());
    ownPart = line > 0 || cut() == 0;
    shown = false;
    earlier.stop();
    boolean begunEarlier = (flags & IndexEntry.BEGINS_WITHIN) != 0;
    boolean headless = (flags & IndexEntry.HEADLESS) != 0;
    if (line == 0 && (cut() == 1 || (begunEarlier && !headless))) {
      earlier.start(stream, view.segment(), entry);
    }
    if (linesToSkip > 0) {
      pieces.skipLines(linesToSkip);
      linesToSkip = 0;
    }
    return true;
  }

  private boolean nextEntry() {
    linesOfEntry = 0;
    while (true) {
      if (!view.isOpen() || entry + 1 >= view.entries()) {
        if (!(view.isOpen() && view.refresh()) && !nextSegment()) {
          return false;
        }
        continue;
      }
      entry++;
      IndexEntry at = view.entry(entry);
      if (at.isSound()) {
        enter(at);
        if (query.wants(stream) && linesOfEntry > 0) {
          return true;
        }
        linesOfEntry = 0;
      }
      line = -1;
    }
  }

  /** Goes to the next segment, if there is one; the one before it then gets no more entries. */
  private boolean nextSegment() {
    long next = locator.after(segment);
    while (next != 0) {
      if (view.isOpen() && view.refresh()) {
        return true;
      }
      // Asked first: the newest may be without its header yet, and then there is none behind it.
      long behind = locator.after(next);
      if (view.open(next)) {
        segment = next;
        entry = -1;
        return true;
      }
      next = behind;
    }
    return false;
  }

  /**
   * Goes to a line that has begun and not ended.
   *
   * @param last the last segment, of whose entries it is before the one of number {@code behind}
   * @param next the number that the line will have
   */
  void openLine(LogStream of, long last, int behind, long next) {
    earlier.start(of, last, behind);
    stream = of;
    time = earlier.lastTime();
    number = next;
    flags = 0;
    ownPart = false;
    shown = false;
    line = -1;
    linesOfEntry = 0;
  }

  /** Goes to the next piece of the line; returns false when it has no more. */
  boolean nextPiece() {
    if (earlier.hasMore()) {
      take(earlier.next());
      ends = !ownPart && !earlier.hasMore();
      complete = false;
      shown = true;
      return true;
    }
    if (ownPart) {
      if (!pieces.hasMore()) {
        return false;
      }
      pieces.next();
      take(pieces);
      ends = pieces.endsWithNewline() || !pieces.hasMore();
      complete = ends;
      ownPart = !ends;
      shown = true;
      return true;
    }
    if (!shown) {
      // A line that was cut off, and of which nothing is there any more.
      length = 0;
      ends = true;
      complete = false;
      shown = true;
      return true;
    }
    return false;
  }

  private void take(Pieces from) {
    memory = from.memory();
    offset = from.offset();
    length = from.length();
  }

  /** Gives up the entry, which cannot be read; its lines are missed. */
  void skipEntry() {
    missed += Math.max(1, linesOfEntry - Math.max(0, line));
    linesOfEntry = 0;
    earlier.stop();
    ownPart = false;
    shown = true;
  }

  long number() {
    return number;
  }

  long time() {
    return time;
  }

  LogStream stream() {
    return stream;
  }

  boolean isMarker() {
    return (flags & IndexEntry.MARKER) != 0;
  }

  /** Returns how many lines were gone before they could be read. */
  long missed() {
    return missed;
  }

  MemorySegment memory() {
    return memory;
  }

  int offset() {
    return offset;
  }

  int length() {
    return length;
  }

  boolean ends() {
    return ends;
  }

  boolean isComplete() {
    return complete;
  }

  @Override
  public void close() {
    view.close();
    earlier.close();
  }
}
