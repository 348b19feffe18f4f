package io.lighter.runtime.logs.store;

import io.lighter.runtime.logs.NewlineScan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** What an entry says about its bytes, found out from the bytes. Not thread-safe. */
final class ContentScan {
  private static final int AT_ONCE = 64 * 1024;

  private final MemorySegment memory;
  private final ByteBuffer buffer;
  private final CRC32C crc = new CRC32C();
  private int newlines;
  private boolean endsWithNewline;

  ContentScan(Arena arena) {
    memory = arena.allocate(AT_ONCE);
    buffer = memory.asByteBuffer();
  }

  /** Looks at all bytes of a range. */
  ContentScan look(Content content, long from, long to) {
    crc.reset();
    newlines = 0;
    long at = from;
    while (at < to) {
      int read = content.read(memory.asSlice(0, Math.min(AT_ONCE, to - at)), at);
      if (read == 0) {
        throw new IllegalStateException("a log has become shorter while it was opened");
      }
      crc.update(buffer.limit(read).position(0));
      newlines += NewlineScan.count(memory, 0, read);
      endsWithNewline = memory.get(ValueLayout.JAVA_BYTE, read - 1L) == '\n';
      at += read;
    }
    return this;
  }

  int check() {
    return (int) crc.getValue();
  }

  int lines(int flags) {
    return IndexEntry.lines(newlines, endsWithNewline, flags);
  }

  boolean endsWithNewline() {
    return endsWithNewline;
  }
}
