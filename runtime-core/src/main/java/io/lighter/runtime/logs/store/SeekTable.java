package io.lighter.runtime.logs.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Stat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the frames of a compressed segment are: the zstd seekable format, version 0.1.0, of
 * contrib/seekable_format in facebook/zstd, without its checksums, since the frames have their own.
 *
 * <p>It stands at the end of the file in a frame that other decoders skip. Immutable, thread-safe.
 */
final class SeekTable {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int SKIPPABLE_MAGIC = 0x184d2a5e;
  private static final int SEEKABLE_MAGIC = 0x8f92eab1;

  /** Magic number and size of a skippable frame. */
  private static final int FRAME_HEADER = 8;

  /** Number of frames (4), descriptor (1), magic number (4). */
  private static final int FOOTER = 9;

  private static final int DESCRIPTOR = 4;
  private static final int HAS_CHECKSUMS = 0x80;
  private static final int RESERVED = 0x7c;
  private static final int ENTRY = 8;
  private static final int ENTRY_WITH_CHECKSUM = 12;
  private static final int MOST_FRAMES = 0x8000000;

  /** One more than there are frames: where each begins, and where the last ends. */
  private final long[] compressed;

  private final long[] content;

  private SeekTable(long[] compressed, long[] content) {
    this.compressed = compressed;
    this.content = content;
  }

  /** Makes a table of frames by their sizes in bytes. */
  static SeekTable of(int[] compressedSizes, int[] contentSizes, int frames) {
    var compressed = new long[frames + 1];
    var content = new long[frames + 1];
    for (int i = 0; i < frames; i++) {
      compressed[i + 1] = compressed[i] + compressedSizes[i];
      content[i + 1] = content[i] + contentSizes[i];
    }
    return new SeekTable(compressed, content);
  }

  /** Reads the table of a file; null when there is none, or one that does not fit the file. */
  static @Nullable SeekTable read(Files files, Fd file) {
    long size = files.lseek(file, 0, Stat.SEEK_END);
    if (size < FRAME_HEADER + FOOTER) {
      return null;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment footer = arena.allocate(FOOTER);
      if (files.pread(file, footer, size - FOOTER) < FOOTER
          || footer.get(INT, FOOTER - Integer.BYTES) != SEEKABLE_MAGIC) {
        return null;
      }
      int frames = footer.get(INT, 0);
      int descriptor = footer.get(JAVA_BYTE, DESCRIPTOR);
      int entry = (descriptor & HAS_CHECKSUMS) != 0 ? ENTRY_WITH_CHECKSUM : ENTRY;
      long tableSize = (long) frames * entry + FRAME_HEADER + FOOTER;
      if (frames < 0 || frames > MOST_FRAMES || (descriptor & RESERVED) != 0 || tableSize > size) {
        return null;
      }
      MemorySegment table = arena.allocate(tableSize);
      if (files.pread(file, table, size - tableSize) < tableSize) {
        return null;
      }
      return parse(table, frames, entry, size - tableSize);
    }
  }

  private static @Nullable SeekTable parse(MemorySegment table, int frames, int entry, long end) {
    if (table.get(INT, 0) != SKIPPABLE_MAGIC
        || table.get(INT, Integer.BYTES) != table.byteSize() - FRAME_HEADER) {
      return null;
    }
    var compressed = new long[frames + 1];
    var content = new long[frames + 1];
    for (int i = 0; i < frames; i++) {
      long at = FRAME_HEADER + (long) i * entry;
      compressed[i + 1] = compressed[i] + Integer.toUnsignedLong(table.get(INT, at));
      content[i + 1] = content[i] + Integer.toUnsignedLong(table.get(INT, at + Integer.BYTES));
    }
    return compressed[frames] == end ? new SeekTable(compressed, content) : null;
  }

  /** Returns how many bytes of content a file has, or -1 when its table does not hold. */
  static long contentSize(Files files, Fd file) {
    SeekTable table = read(files, file);
    return table == null ? -1 : table.contentSize();
  }

  /** Returns the skippable frame with this table. */
  MemorySegment toFrame(Arena arena) {
    int frames = frames();
    long size = FRAME_HEADER + (long) frames * ENTRY + FOOTER;
    MemorySegment frame = arena.allocate(size);
    frame.set(INT, 0, SKIPPABLE_MAGIC);
    frame.set(INT, Integer.BYTES, (int) (size - FRAME_HEADER));
    for (int i = 0; i < frames; i++) {
      long at = FRAME_HEADER + (long) i * ENTRY;
      frame.set(INT, at, compressedSize(i));
      frame.set(INT, at + Integer.BYTES, contentSize(i));
    }
    frame.set(INT, size - FOOTER, frames);
    frame.set(JAVA_BYTE, size - FOOTER + DESCRIPTOR, (byte) 0);
    frame.set(INT, size - Integer.BYTES, SEEKABLE_MAGIC);
    return frame;
  }

  int frames() {
    return compressed.length - 1;
  }

  long contentSize() {
    return content[frames()];
  }

  /** Returns the frame that has a byte of the content. */
  int frameOf(long offset) {
    int found = Arrays.binarySearch(content, offset);
    return found >= 0 ? found : -found - 2;
  }

  long compressedOffset(int frame) {
    return compressed[frame];
  }

  int compressedSize(int frame) {
    return (int) (compressed[frame + 1] - compressed[frame]);
  }

  long contentOffset(int frame) {
    return content[frame];
  }

  int contentSize(int frame) {
    return (int) (content[frame + 1] - content[frame]);
  }
}
