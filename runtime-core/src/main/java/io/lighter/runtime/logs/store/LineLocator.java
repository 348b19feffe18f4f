package io.lighter.runtime.logs.store;

import io.lighter.runtime.logs.LogStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds lines by their number in the log and by their time: by halves over the headers of the
 * segments, and then over the entries of one. Not thread-safe.
 */
final class LineLocator {
  private final SegmentFolder folder;
  private final SegmentView view;
  private long[] segments = {};

  /** Headers that have been read, which do not change: 8 of the 160 that 10 GB have. */
  private final Map<Long, IndexHeader> known = new HashMap<>();

  private int entry;
  private int line;

  /** Uses the view, and leaves it where the line is that was found last. */
  LineLocator(SegmentFolder folder, SegmentView view) {
    this.folder = folder;
    this.view = view;
  }

  /** Looks which segments there are. */
  void list() {
    segments = folder.segments();
  }

  /** Returns the entry of the line that was found, or one more than the last. */
  int entry() {
    return entry;
  }

  /** Returns which of the lines that end in that entry was found, from 0. */
  int line() {
    return line;
  }

  /**
   * Returns the first segment behind one that can be opened by its number.
   *
   * @return 0 when there is none yet
   */
  long after(long segment) {
    long next = firstAfter(segment);
    if (next == 0 && (!view.isOpen() || view.isRemoved())) {
      list();
      next = firstAfter(segment);
    }
    if (next == 0 && segment > 0 && folder.exists(segment + 1, SegmentFolder.INDEX)) {
      next = segment + 1;
    }
    return next;
  }

  private long firstAfter(long segment) {
    int at = Arrays.binarySearch(segments, segment);
    int next = at < 0 ? -at - 1 : at + 1;
    return next < segments.length ? segments[next] : 0;
  }

  /** Goes to the segment whose key is the last that is not more; to the first if all are. */
  private boolean openLast(long key, ToLongFunction<IndexHeader> keyOf) {
    while (segments.length > 0) {
      int at = last(key, keyOf);
      if (at >= 0 && (view.segment() == segments[at] || view.open(segments[at]))) {
        view.refresh();
        return true;
      }
      drop(Math.max(at, 0));
    }
    view.close();
    return false;
  }

  private int last(long key, ToLongFunction<IndexHeader> keyOf) {
    int low = 0;
    int high = segments.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      IndexHeader header = header(segments[middle]);
      if (header == null) {
        drop(middle);
        high = segments.length - 1;
        low = 0;
      } else if (keyOf.applyAsLong(header) <= key) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private @Nullable IndexHeader header(long segment) {
    IndexHeader header = known.get(segment);
    if (header == null) {
      header = folder.header(segment);
      if (header != null) {
        known.put(segment, header);
      }
    }
    return header;
  }

  /** Forgets a segment that has been removed meanwhile, or that cannot be read. */
  private void drop(int at) {
    long[] rest = new long[segments.length - 1];
    System.arraycopy(segments, 0, rest, 0, at);
    System.arraycopy(segments, at + 1, rest, at, rest.length - at);
    segments = rest;
  }

  /** Returns the number of the first line that is still there. */
  long firstLine() {
    return openLast(Long.MIN_VALUE, IndexHeader::segment) ? view.linesBefore() : 0;
  }

  /** Goes behind the last line and returns how many lines have ended in the log. */
  long end() {
    if (!openLast(Long.MAX_VALUE, IndexHeader::segment)) {
      return 0;
    }
    entry = view.entries();
    line = 0;
    return view.linesBefore() + (entry == 0 ? 0 : endOf(view.entry(entry - 1)));
  }

  private static int endOf(IndexEntry last) {
    return last.linesBefore() + last.lines();
  }

  /** Returns whether a stream is within a line where {@link #end} has gone. */
  boolean isOpenAtEnd(LogStream stream) {
    long segment = view.segment();
    boolean found = true;
    while (found && view.entries() == 0) {
      found = view.open(view.segment() - 1);
    }
    boolean isOpen = found && view.entry(view.entries() - 1).leavesOpen(stream);
    if (view.segment() != segment) {
      view.open(segment);
    }
    return isOpen;
  }

  /**
   * Goes to a line by its number; to the first if that has been removed, behind the last if it has
   * not been written yet.
   */
  void seek(long number) {
    entry = 0;
    line = 0;
    if (!openLast(number, IndexHeader::linesBefore) || view.linesBefore() > number) {
      return;
    }
    long within = number - view.linesBefore();
    int found = lastEntry(within, false);
    if (found < 0) {
      return;
    }
    IndexEntry at = view.entry(found);
    line = (int) Math.min(within - at.linesBefore(), at.lines());
    entry = found;
  }

  /** Returns the number of the first line that is not earlier than a time. */
  long numberAt(long time) {
    if (!openLast(time, IndexHeader::time)) {
      return 0;
    }
    int found = lastEntry(time, true);
    if (found < 0) {
      return view.linesBefore();
    }
    IndexEntry at = view.entry(found);
    return view.linesBefore() + at.linesBefore() + at.lineAt(time);
  }

  /** Returns the time of a line, or {@link Long#MIN_VALUE} when it is not there. */
  long timeOf(long number) {
    seek(number);
    if (!view.isOpen() || entry >= view.entries()) {
      return Long.MIN_VALUE;
    }
    IndexEntry at = view.entry(entry);
    boolean there = view.linesBefore() + at.linesBefore() + line == number && line < at.lines();
    return there ? at.timeOf(line) : Long.MIN_VALUE;
  }

  /** Returns the last sound entry whose time or number is not more, or -1. */
  private int lastEntry(long key, boolean byTime) {
    int low = -1;
    int high = view.entries() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      IndexEntry at = view.entry(middle);
      if (!at.isSound()) {
        return lastSound(key, byTime);
      }
      if (keyOf(at, byTime) <= key) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private int lastSound(long key, boolean byTime) {
    int found = -1;
    for (int i = 0; i < view.entries(); i++) {
      IndexEntry at = view.entry(i);
      if (at.isSound() && keyOf(at, byTime) <= key) {
        found = i;
      }
    }
    return found;
  }

  private static long keyOf(IndexEntry at, boolean byTime) {
    return byTime ? at.time() : at.linesBefore();
  }

  /**
   * Returns the number of the first of the last lines of some streams before a line: by walking
   * back over the entries, since their numbers count both streams.
   *
   * @param lines how many, at least 1
   * @param end the number of the line before which they are
   * @param start the number of the first line that may be among them
   */
  long walkBack(long lines, long end, long start, LogQuery query) {
    seek(end);
    long left = lines;
    int i = view.isOpen() ? Math.min(entry + 1, view.entries()) : 0;
    while (view.isOpen()) {
      i--;
      if (i < 0) {
        long segment = view.segment();
        if (view.linesBefore() <= start || !view.open(segment - 1)) {
          return start;
        }
        i = view.entries();
        continue;
      }
      IndexEntry at = view.entry(i);
      long first = view.linesBefore() + at.linesBefore();
      long last = Math.min(first + at.lines(), end);
      if (last <= start) {
        return start;
      }
      if (at.isSound() && query.wants(at.stream()) && last > first) {
        if (last - first >= left) {
          return Math.max(start, last - left);
        }
        left -= last - first;
      }
    }
    return start;
  }
}
