package io.lighter.runtime.logs.store;

import io.lighter.runtime.logs.LogStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lines that have not ended at the end of a log: one of each stream at most. */
final class OpenEnd {
  private record OpenLine(LogStream stream, long time) {}

  private final LineCursor cursor;
  private final long segment;
  private final int entry;
  private final long number;
  private final Deque<OpenLine> lines;

  private OpenEnd(LineCursor cursor, long segment, int entry, long number, List<OpenLine> lines) {
    this.cursor = cursor;
    this.segment = segment;
    this.entry = entry;
    this.number = number;
    this.lines = new ArrayDeque<>(lines);
  }

  /** Finds those that a query wants; null when there are none. */
  static @Nullable OpenEnd of(LineCursor cursor, LogQuery query) {
    LineLocator locator = cursor.locator();
    long number = locator.end();
    long segment = cursor.segment();
    int entry = locator.entry();
    List<OpenLine> lines = new ArrayList<>();
    for (LogStream stream : LogStream.values()) {
      if (segment > 0 && query.wants(stream) && locator.isOpenAtEnd(stream)) {
        cursor.openLine(stream, segment, entry, number);
        if (cursor.time() >= query.since()) {
          lines.add(new OpenLine(stream, cursor.time()));
        }
      }
    }
    lines.sort(Comparator.comparingLong(OpenLine::time));
    return lines.isEmpty() ? null : new OpenEnd(cursor, segment, entry, number, lines);
  }

  /** Keeps the last ones, and returns how many those are. */
  long keepLast(long most) {
    while (lines.size() > most) {
      lines.removeFirst();
    }
    return lines.size();
  }

  /** Has the cursor go to the next of them; returns false when there is none. */
  boolean next() {
    OpenLine line = lines.pollFirst();
    if (line != null) {
      cursor.openLine(line.stream(), segment, entry, number);
    }
    return line != null;
  }
}
