package io.lighter.runtime.logs.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first 64 bytes of an index.
 *
 * @param segment its number, from 1
 * @param linesBefore how many lines ended in this log before it
 * @param time of its first batch, in nanoseconds since 1970
 */
record IndexHeader(long segment, long linesBefore, long time) {
  static final int BYTES = 64;

  /** "LGHTLOG1". */
  private static final long MAGIC = 0x31474f4c5448474cL;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int SEGMENT = 8;
  private static final int LINES_BEFORE = 16;
  private static final int TIME = 24;
  private static final int CHECK = 60;

  void writeTo(MemorySegment memory) {
    memory.asSlice(0, BYTES).fill((byte) 0);
    memory.set(LONG, 0, MAGIC);
    memory.set(LONG, SEGMENT, segment);
    memory.set(LONG, LINES_BEFORE, linesBefore);
    memory.set(LONG, TIME, time);
    memory.set(INT, CHECK, check(memory));
  }

  /** Returns the header that stands in the memory, or null when there is none that holds. */
  static @Nullable IndexHeader readFrom(MemorySegment memory) {
    if (memory.get(LONG, 0) != MAGIC || memory.get(INT, CHECK) != check(memory)) {
      return null;
    }
    return new IndexHeader(
        memory.get(LONG, SEGMENT), memory.get(LONG, LINES_BEFORE), memory.get(LONG, TIME));
  }

  private static int check(MemorySegment memory) {
    var crc = new CRC32C();
    crc.update(memory.asSlice(0, CHECK).asByteBuffer());
    return (int) crc.getValue();
  }
}
