package io.lighter.runtime.logs.store;

import io.lighter.runtime.logs.LogStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * One batch in the index of a segment: a window on 32 bytes of memory, which it reads and writes in
 * place. Not thread-safe.
 */
final class IndexEntry {
  static final int BYTES = 32;

  static final int STDERR = 1;

  /** The first bytes go on with a line that began in an earlier entry of the stream. */
  static final int BEGINS_WITHIN = 2;

  /** A line of this stream has begun in the log and has not ended with this entry. */
  static final int ENDS_WITHIN = 4;

  /** The stream ended with it. */
  static final int LAST = 8;

  /** Written by the pipeline itself: whole lines, beside the lines of its stream. */
  static final int MARKER = 16;

  /** Found behind the last entry after a crash: whole lines, beside the lines of its stream. */
  static final int FOUND = 32;

  /** Before its first byte a line of its stream was over that had not been ended: one more line. */
  static final int CUT_BEFORE = 64;

  /** A line of the other stream has begun in the log and has not ended with this entry. */
  static final int OTHER_WITHIN = 128;

  /** With BEGINS_WITHIN: where that line began is not in this log. */
  static final int HEADLESS = 256;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int TIME = 0;
  private static final int OFFSET = 8;
  private static final int LENGTH = 12;
  private static final int LINES_BEFORE = 16;
  private static final int LINES = 20;
  private static final int CONTENT_CHECK = 24;
  private static final int FLAGS = 28;
  private static final int CHECK = 30;

  private final MemorySegment memory;
  private final ByteBuffer buffer;
  private final CRC32C crc = new CRC32C();
  private int at;

  /** Stands at the beginning of memory for one or many entries. */
  IndexEntry(MemorySegment memory) {
    this.memory = memory;
    this.buffer = memory.asByteBuffer();
  }

  IndexEntry moveTo(int offset) {
    at = offset;
    return this;
  }

  void set(long time, int offset, int length, int linesBefore, int lines, int check, int flags) {
    memory.set(LONG, at + TIME, time);
    memory.set(INT, at + OFFSET, offset);
    memory.set(INT, at + LENGTH, length);
    memory.set(INT, at + LINES_BEFORE, linesBefore);
    memory.set(INT, at + LINES, lines);
    memory.set(INT, at + CONTENT_CHECK, check);
    memory.set(SHORT, at + FLAGS, (short) flags);
    memory.set(SHORT, at + CHECK, ownCheck());
  }

  private short ownCheck() {
    buffer.limit(at + CHECK).position(at);
    crc.reset();
    crc.update(buffer);
    return (short) crc.getValue();
  }

  /** Returns whether these are the 32 bytes that were written. */
  boolean isSound() {
    return memory.get(SHORT, at + CHECK) == ownCheck();
  }

  /**
   * Returns how many lines end in an entry.
   *
   * @param newlines among its bytes
   * @param endsWithNewline whether that is its last byte
   */
  static int lines(int newlines, boolean endsWithNewline, int flags) {
    boolean rest = !endsWithNewline && (flags & (LAST | FOUND | MARKER)) != 0;
    return newlines + (rest ? 1 : 0) + ((flags & CUT_BEFORE) != 0 ? 1 : 0);
  }

  /** Returns when its first line was seen, in nanoseconds since 1970. */
  long time() {
    return memory.get(LONG, at + TIME);
  }

  /** Returns where in the segment its bytes begin. */
  int offset() {
    return memory.get(INT, at + OFFSET);
  }

  int length() {
    return memory.get(INT, at + LENGTH);
  }

  /** Returns where in the segment the bytes of the next entry begin. */
  long end() {
    return (long) offset() + length();
  }

  /** Returns how many lines ended in this segment before it. */
  int linesBefore() {
    return memory.get(INT, at + LINES_BEFORE);
  }

  /** Returns how many lines end in it. */
  int lines() {
    return memory.get(INT, at + LINES);
  }

  /** Returns the CRC-32C of its bytes. */
  int contentCheck() {
    return memory.get(INT, at + CONTENT_CHECK);
  }

  int flags() {
    return memory.get(SHORT, at + FLAGS);
  }

  boolean has(int flag) {
    return (flags() & flag) != 0;
  }

  LogStream stream() {
    return has(STDERR) ? LogStream.STDERR : LogStream.STDOUT;
  }

  /** Returns whether it has whole lines that stand beside those of its stream. */
  boolean standsBeside() {
    return has(MARKER | FOUND);
  }

  /** Returns whether the last line ends although its newline is not there. */
  boolean endsWithoutNewline() {
    return has(LAST | FOUND | MARKER);
  }

  /** Returns whether a line of the stream has begun and not ended when this entry ends. */
  boolean leavesOpen(LogStream stream) {
    return has(stream == stream() ? ENDS_WITHIN : OTHER_WITHIN);
  }

  /** Returns how many lines that were cut off come before its bytes: 0 or 1. */
  int cutBefore() {
    return has(CUT_BEFORE) ? 1 : 0;
  }

  /** Returns the time of a line that ends in it; the first is line 0. */
  long timeOf(int line) {
    return time() + Math.max(0, line - cutBefore());
  }

  /** Returns the first line that is not earlier than a time; {@link #lines()} if all are. */
  int lineAt(long sought) {
    if (sought <= time()) {
      return 0;
    }
    return (int) Math.min(lines(), sought - time() + cutBefore());
  }

  /** Returns the time that a next entry may have. */
  long timeAfter() {
    return time() + Math.max(1, lines() - cutBefore());
  }
}
