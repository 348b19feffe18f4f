package io.lighter.runtime.logs.read;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads the entries of files, one file at a time. Not thread-safe. */
final class EntryCursor {
  private static final int FIRST_CAPACITY = 256 * 1024;

  /** Beyond this no entry is believed: a line is 16 KiB at most, and its labels some KiB. */
  private static final int MOST_CAPACITY = 64 << 20;

  private final RecordFormat format;
  private ByteBuffer buffer = ByteBuffer.allocateDirect(FIRST_CAPACITY).order(ByteOrder.BIG_ENDIAN);
  private @Nullable OpenFile file;

  EntryCursor(RecordFormat format) {
    this.format = format;
    buffer.limit(0);
  }

  /** Goes to a file, and reads from where that is. */
  void start(OpenFile from) {
    file = from;
    buffer.clear().limit(0);
  }

  /** Returns the next entry; null when there is none that is whole. */
  @Nullable LogRecord next() {
    while (true) {
      int length = format.lengthOf(buffer);
      if (length > 0) {
        ByteBuffer entry = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        LogRecord record = format.read(entry);
        if (record != null) {
          return record;
        }
      } else if (length < 0 || !fill()) {
        return null;
      }
    }
  }

  private boolean fill() {
    OpenFile from = file;
    if (from == null || (buffer.remaining() == buffer.capacity() && !grow())) {
      return false;
    }
    buffer.compact();
    try {
      return from.read(buffer);
    } finally {
      buffer.flip();
    }
  }

  private boolean grow() {
    if (buffer.capacity() >= MOST_CAPACITY) {
      return false;
    }
    ByteBuffer larger = ByteBuffer.allocateDirect(buffer.capacity() * 2);
    larger.order(ByteOrder.BIG_ENDIAN).put(buffer).flip();
    buffer = larger;
    return true;
  }
}
