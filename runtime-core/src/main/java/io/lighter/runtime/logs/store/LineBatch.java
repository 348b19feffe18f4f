package io.lighter.runtime.logs.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.MemoryBatch;
import java.lang.foreign.MemorySegment;

/**
 * Lines that were read from a log, together again as a batch: lines of one stream whose times
 * follow each other as those of a batch do. Not thread-safe.
 */
final class LineBatch extends MemoryBatch {
  private static final int CAPACITY = 64 * 1024;

  private long given;

  LineBatch(Linux linux) {
    super(linux.files(), CAPACITY);
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** Returns whether what a reader shows belongs to this batch, and fits. */
  boolean takes(LogReader reader) {
    if (isEmpty()) {
      return true;
    }
    return !endsMidLine
        && reader.begins()
        && reader.ends()
        && reader.stream() == stream
        && reader.isMarker() == marker
        && reader.time() == time + newlines
        && length + reader.length() + 1 <= CAPACITY;
  }

  /** Adds what a reader shows. */
  void add(LogReader reader) {
    if (isEmpty()) {
      stream = reader.stream();
      time = reader.time();
      begun = reader.begins() ? 0 : given;
      marker = reader.isMarker();
    }
    MemorySegment.copy(reader.bytes(), reader.offset(), bytes(), length, reader.length());
    length += reader.length();
    if (reader.ends()) {
      bytes().set(JAVA_BYTE, length++, (byte) '\n');
      newlines++;
      given = 0;
    } else {
      endsMidLine = true;
      given = begun + length;
    }
  }

  /** Forgets the first bytes, which a sink has kept. */
  void keep(int bytes) {
    advance(bytes);
    endsMidLine &= length > 0;
  }
}
