package io.lighter.runtime.logs.store;

import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Stat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A look into one segment after the other, the one that is being written to among them: its entries
 * that hold and windows of its content. What is open stays readable when it is compressed or
 * removed. Not thread-safe.
 */
final class SegmentView implements AutoCloseable {
  private static final int ENTRIES_AT_ONCE = 64;
  private static final int WINDOW = 32 * 1024;

  private final SegmentFolder folder;
  private final MemorySegment index;
  private final IndexEntry entry;
  private final MemorySegment window;
  private final FileStatus status;

  private @Nullable Fd indexFile;
  private @Nullable Content content;
  private @Nullable IndexHeader header;
  private int entries;
  private int loadedFrom;
  private int loaded;
  private long windowFrom;
  private int windowLength;

  SegmentView(SegmentFolder folder, Arena arena) {
    this.folder = folder;
    this.index = arena.allocate(ENTRIES_AT_ONCE * IndexEntry.BYTES, Long.BYTES);
    this.entry = new IndexEntry(index);
    this.window = arena.allocate(WINDOW, Long.BYTES);
    this.status = new FileStatus(arena);
  }

  /**
   * Goes to a segment.
   *
   * @return false when it is not there any more or cannot be read; no segment is open then
   */
  boolean open(long segment) {
    close();
    try {
      indexFile = folder.open(segment, SegmentFolder.INDEX);
      header = indexFile == null ? null : folder.header(indexFile, index);
      content = header == null ? null : CompressedContent.openEither(folder, segment);
    } catch (DamagedSegmentException e) {
      content = null;
    }
    if (content == null) {
      close();
      return false;
    }
    refresh();
    return true;
  }

  boolean isOpen() {
    return content != null;
  }

  /** Returns the number of the open segment, or 0. */
  long segment() {
    return header == null ? 0 : header.segment();
  }

  /** Returns how many lines ended in the log before the open segment. */
  long linesBefore() {
    return Objects.requireNonNull(header).linesBefore();
  }

  /** Returns how many of its entries hold, as far as the last look goes. */
  int entries() {
    return entries;
  }

  /**
   * Looks for more entries. One holds when the content has its bytes; the content is asked first,
   * so that an entry that is corrected meanwhile is not seen as it was before.
   *
   * @return whether there are more
   */
  boolean refresh() {
    long bytes = content().size();
    long size = folder.linux().files().lseek(indexFile(), 0, Stat.SEEK_END) - IndexHeader.BYTES;
    int now = (int) Math.max(0, size / IndexEntry.BYTES);
    int before = entries;
    entries = Math.max(now, before);
    loaded = 0;
    while (entries > before && !holds(entry(entries - 1), bytes)) {
      entries--;
    }
    loaded = 0;
    return entries > before;
  }

  private static boolean holds(IndexEntry entry, long bytes) {
    return entry.isSound() && entry.end() <= bytes;
  }

  /** Returns whether the open segment has been removed from the log. */
  boolean isRemoved() {
    folder.linux().files().statx(indexFile(), status);
    return status.nlink() == 0;
  }

  /** Returns an entry, until the next is asked for; it need not be sound. */
  IndexEntry entry(int number) {
    if (number < loadedFrom || number >= loadedFrom + loaded) {
      loadedFrom = number - number % ENTRIES_AT_ONCE;
      loaded = Math.min(ENTRIES_AT_ONCE, entries - loadedFrom);
      MemorySegment chunk = index.asSlice(0, (long) loaded * IndexEntry.BYTES);
      chunk.fill((byte) 0); // what cannot be read is not sound
      folder
          .linux()
          .files()
          .pread(indexFile(), chunk, IndexHeader.BYTES + (long) loadedFrom * IndexEntry.BYTES);
    }
    return entry.moveTo((number - loadedFrom) * IndexEntry.BYTES);
  }

  /** Returns the memory of the window. */
  MemorySegment window() {
    return window;
  }

  /** Returns how many bytes from an offset on are in the window. */
  int inWindow(long offset) {
    return offset < windowFrom ? 0 : (int) Math.max(0, windowFrom + windowLength - offset);
  }

  /** Returns where in the window an offset is that is in it. */
  int toWindow(long offset) {
    return (int) (offset - windowFrom);
  }

  /**
   * Has the window begin at an offset.
   *
   * @param needed how many bytes must be in it, at most 32 KiB
   * @param limit where bytes end that may be in it
   * @throws DamagedSegmentException when they cannot be read
   */
  void load(long offset, int needed, long limit) {
    windowFrom = offset;
    windowLength = 0;
    while (windowLength < needed) {
      long most = Math.min(WINDOW, limit - offset) - windowLength;
      int read = content().read(window.asSlice(windowLength, most), offset + windowLength);
      if (read == 0) {
        windowLength = 0;
        throw new DamagedSegmentException(segment(), "it has less content than its index says");
      }
      windowLength += read;
    }
  }

  private Content content() {
    return Objects.requireNonNull(content, "no segment is open");
  }

  private Fd indexFile() {
    return Objects.requireNonNull(indexFile, "no segment is open");
  }

  @Override
  public void close() {
    if (content != null) {
      content.close();
    }
    if (indexFile != null) {
      indexFile.close();
    }
    content = null;
    indexFile = null;
    header = null;
    entries = 0;
    loaded = 0;
    windowLength = 0;
  }
}
