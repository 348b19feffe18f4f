package io.lighter.runtime.logs.store;

import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Stat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Makes the index of one segment and its content say the same again: see docs/logs.md, "After a
 * crash". Not thread-safe.
 */
final class SegmentRepair {
  private final SegmentFolder folder;
  private final Files files;
  private final MemorySegment headerMemory;
  private final MemorySegment entryMemory;
  private final IndexEntry entry;
  private final ContentScan scan;
  private int entries;

  SegmentRepair(SegmentFolder folder, Arena arena) {
    this.folder = folder;
    this.files = folder.linux().files();
    this.headerMemory = arena.allocate(IndexHeader.BYTES, Long.BYTES);
    this.entryMemory = arena.allocate(IndexEntry.BYTES, Long.BYTES);
    this.entry = new IndexEntry(entryMemory);
    this.scan = new ContentScan(arena);
  }

  /** Returns how many entries the segment has that was looked at last. */
  int entries() {
    return entries;
  }

  /** Returns its last entry, if it has one. */
  IndexEntry last() {
    return entry;
  }

  /** Returns the header of a segment, or null when it has none that holds. */
  @Nullable IndexHeader header(long segment) {
    try (Fd index = folder.open(segment, SegmentFolder.INDEX)) {
      IndexHeader header = index == null ? null : folder.header(index, headerMemory);
      return header == null || header.segment() != segment ? null : header;
    }
  }

  /** Looks at the last entry of a segment, and changes nothing. */
  void lookAtEnd(long segment) {
    entries = 0;
    try (Fd index = folder.open(segment, SegmentFolder.INDEX)) {
      if (index == null) {
        return;
      }
      entries = countEntries(index);
      while (entries > 0 && !readLast(index)) {
        entries--;
      }
    }
  }

  /**
   * Cuts what is torn from the end of a segment that was being written to.
   *
   * @param open what the segments before have left; afterwards, what this one leaves
   */
  void mend(long segment, IndexHeader header, OpenLines open) {
    try (Fd index = folder.create(segment, SegmentFolder.INDEX, 0);
        Fd file = folder.create(segment, SegmentFolder.RAW, 0)) {
      var content = new RawContent(files, file);
      entries = countEntries(index);
      long bytes = cutTorn(index, content);
      files.ftruncate(index, offsetOf(entries));
      files.ftruncate(file, bytes);
      long known = entries == 0 ? 0 : entry.end();
      if (entries > 0) {
        open.setFrom(entry);
      }
      if (bytes > known) {
        addFound(index, content, known, header.time(), open);
      }
    }
  }

  /** Returns how many bytes of the content hold. */
  private long cutTorn(Fd index, RawContent content) {
    long bytes = content.size();
    while (entries > 0) {
      if (!readLast(index) || entry.offset() >= bytes) {
        entries--;
      } else if (entry.end() > bytes) {
        shorten(index, content, bytes);
        return bytes;
      } else if (scan.look(content, entry.offset(), entry.end()).check() == entry.contentCheck()) {
        return bytes;
      } else {
        bytes = entry.offset();
        entries--;
      }
    }
    return bytes;
  }

  /** Corrects the last entry: the process was killed while its bytes were being moved. */
  private void shorten(Fd index, Content content, long bytes) {
    scan.look(content, entry.offset(), bytes);
    int flags = entry.flags();
    if (!entry.standsBeside()) {
      flags &= ~(IndexEntry.LAST | IndexEntry.ENDS_WITHIN);
      flags |= scan.endsWithNewline() ? 0 : IndexEntry.ENDS_WITHIN;
    }
    write(index, entries - 1, entry.time(), entry.offset(), bytes, entry.linesBefore(), flags);
  }

  /** Makes an entry of what is behind the last one. */
  private void addFound(Fd index, Content content, long from, long firstTime, OpenLines open) {
    long time = entries == 0 ? firstTime : entry.timeAfter();
    int linesBefore = entries == 0 ? 0 : entry.linesBefore() + entry.lines();
    long to = content.size();
    scan.look(content, from, to);
    write(index, entries, time, (int) from, to, linesBefore, open.flagsOfFound());
    entries++;
  }

  private void write(
      Fd index, int number, long time, int from, long to, int linesBefore, int flags) {
    int length = Math.toIntExact(to - from);
    entry.set(time, from, length, linesBefore, scan.lines(flags), scan.check(), flags);
    files.pwrite(index, entryMemory, offsetOf(number));
  }

  /** Makes an index for content that has none, or one whose header does not hold. */
  void rebuild(IndexHeader header, Content content, OpenLines open) {
    entries = 0;
    try (Fd index = folder.create(header.segment(), SegmentFolder.INDEX, 0)) {
      files.ftruncate(index, 0);
      header.writeTo(headerMemory);
      files.pwrite(index, headerMemory, 0);
      if (content.size() > 0) {
        addFound(index, content, 0, header.time(), open);
      }
    }
  }

  private boolean readLast(Fd index) {
    return files.pread(index, entryMemory, offsetOf(entries - 1)) == IndexEntry.BYTES
        && entry.isSound();
  }

  private int countEntries(Fd index) {
    long bytes = files.lseek(index, 0, Stat.SEEK_END) - IndexHeader.BYTES;
    return (int) Math.max(0, bytes / IndexEntry.BYTES);
  }

  private static long offsetOf(int number) {
    return IndexHeader.BYTES + (long) number * IndexEntry.BYTES;
  }
}
