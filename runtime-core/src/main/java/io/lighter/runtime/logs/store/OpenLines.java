package io.lighter.runtime.logs.store;

import static io.lighter.runtime.logs.store.IndexEntry.BEGINS_WITHIN;
import static io.lighter.runtime.logs.store.IndexEntry.CUT_BEFORE;
import static io.lighter.runtime.logs.store.IndexEntry.ENDS_WITHIN;
import static io.lighter.runtime.logs.store.IndexEntry.FOUND;
import static io.lighter.runtime.logs.store.IndexEntry.HEADLESS;
import static io.lighter.runtime.logs.store.IndexEntry.LAST;
import static io.lighter.runtime.logs.store.IndexEntry.MARKER;
import static io.lighter.runtime.logs.store.IndexEntry.OTHER_WITHIN;
import static io.lighter.runtime.logs.store.IndexEntry.STDERR;

import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogStream;

/**
 * Which streams are within a line at the end of the log, and so what the flags of the next entry
 * are. Not thread-safe.
 */
final class OpenLines {
  private boolean stdout;
  private boolean stderr;

  boolean isOpen(LogStream stream) {
    return stream == LogStream.STDERR ? stderr : stdout;
  }

  /** Takes over what the last entry of the log has left. */
  void setFrom(IndexEntry last) {
    stdout = last.leavesOpen(LogStream.STDOUT);
    stderr = last.leavesOpen(LogStream.STDERR);
  }

  /**
   * Returns the flags of a batch.
   *
   * @param whole whether all of it is kept
   * @param endsWithNewline whether that is the last byte that is kept
   */
  int flags(LogBatch batch, boolean whole, boolean endsWithNewline) {
    LogStream stream = batch.stream();
    int flags = stream == LogStream.STDERR ? STDERR : 0;
    if (batch.isMarker()) {
      return beside(flags | MARKER);
    }
    if (batch.begun() > 0) {
      flags |= isOpen(stream) ? BEGINS_WITHIN : BEGINS_WITHIN | HEADLESS;
    } else if (isOpen(stream)) {
      flags |= CUT_BEFORE;
    }
    if (whole && batch.isLast()) {
      flags |= LAST;
    } else if (!endsWithNewline) {
      flags |= ENDS_WITHIN;
    }
    return isOpen(other(stream)) ? flags | OTHER_WITHIN : flags;
  }

  /** Returns the flags of bytes of which nothing is known but that they are in the segment. */
  int flagsOfFound() {
    return beside(FOUND);
  }

  private int beside(int flags) {
    LogStream stream = (flags & STDERR) == 0 ? LogStream.STDOUT : LogStream.STDERR;
    return flags | (isOpen(stream) ? ENDS_WITHIN : 0) | (isOpen(other(stream)) ? OTHER_WITHIN : 0);
  }

  private static LogStream other(LogStream stream) {
    return stream == LogStream.STDOUT ? LogStream.STDERR : LogStream.STDOUT;
  }
}
