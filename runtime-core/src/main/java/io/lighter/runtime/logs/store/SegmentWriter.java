package io.lighter.runtime.logs.store;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Stat;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.NewlineScan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The segment that is written to. Not thread-safe. */
final class SegmentWriter implements AutoCloseable {
  private final IndexHeader header;
  private final Files files;
  private final Fd index;
  private final Fd content;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment entryMemory = arena.allocate(IndexEntry.BYTES, Long.BYTES);
  private final IndexEntry entry = new IndexEntry(entryMemory);
  private final CRC32C crc = new CRC32C();

  private int entries;
  private int bytes;
  private int lines;

  private SegmentWriter(Files files, IndexHeader header, Fd index, Fd content) {
    this.files = files;
    this.header = header;
    this.index = index;
    this.content = content;
  }

  /**
   * Makes a segment. Its content is there before its index, by which readers find it.
   *
   * @return null when the disk is full
   */
  static @Nullable SegmentWriter create(SegmentFolder folder, IndexHeader header) {
    long number = header.segment();
    Fd content = null;
    Fd index = null;
    boolean made = false;
    try (Arena arena = Arena.ofConfined()) {
      Files files = folder.linux().files();
      content = folder.create(number, SegmentFolder.RAW, Fcntl.O_TRUNC);
      index = folder.create(number, SegmentFolder.INDEX, Fcntl.O_TRUNC);
      MemorySegment memory = arena.allocate(IndexHeader.BYTES, Long.BYTES);
      header.writeTo(memory);
      if (files.pwrite(index, memory, 0) < IndexHeader.BYTES) {
        return null;
      }
      made = true;
      return new SegmentWriter(files, header, index, content);
    } catch (LinuxException e) {
      if (isFull(e)) {
        return null;
      }
      throw e;
    } finally {
      if (!made) {
        closeIfOpen(content);
        closeIfOpen(index);
        folder.removeSegment(number);
      }
    }
  }

  private static void closeIfOpen(@Nullable Fd fd) {
    if (fd != null) {
      fd.close();
    }
  }

  /** Goes on with a segment that has only a header. */
  static SegmentWriter resume(SegmentFolder folder, IndexHeader header) {
    Fd content = folder.create(header.segment(), SegmentFolder.RAW, 0);
    Fd index = folder.create(header.segment(), SegmentFolder.INDEX, 0);
    return new SegmentWriter(folder.linux().files(), header, index, content);
  }

  /** Goes on with a segment whose files hold what their last entry says. */
  static SegmentWriter resume(
      SegmentFolder folder, IndexHeader header, int entries, IndexEntry last) {
    SegmentWriter writer = resume(folder, header);
    writer.entries = entries;
    writer.bytes = Math.toIntExact(last.end());
    writer.lines = last.linesBefore() + last.lines();
    return writer;
  }

  private static boolean isFull(LinuxException e) {
    return e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT;
  }

  long number() {
    return header.segment();
  }

  /** Returns how many lines ended in the log before what is written next. */
  long linesSoFar() {
    return header.linesBefore() + lines;
  }

  /** Returns how many batches it has. */
  int entries() {
    return entries;
  }

  /** Returns the earliest time that the batch may have that follows the one just written. */
  long nextTime() {
    return entry.timeAfter();
  }

  boolean hasRoom(int length, StoreConfig config) {
    return entries == 0
        || (entries < config.segmentEntries() && length <= config.segmentBytes() - bytes);
  }

  /**
   * Writes the entry, and then has the batch moved behind it: see docs/logs.md, "Order of writes".
   *
   * @param time when its first line was seen
   * @return how many of its bytes are kept
   */
  int append(LogBatch batch, long time, OpenLines open) {
    int length = batch.length();
    boolean newline = isNewline(batch, length - 1);
    int flags = open.flags(batch, true, newline);
    set(batch, time, length, IndexEntry.lines(batch.newlines(), newline, flags), flags);
    if (!writeEntry()) {
      return 0;
    }
    int moved;
    try {
      moved = batch.moveTo(content, bytes, length);
    } catch (RuntimeException e) {
      undo();
      throw e;
    }
    if (moved == 0) {
      undo();
      return 0;
    }
    if (moved < length) {
      shorten(batch, time, moved, open);
    }
    entries++;
    bytes += moved;
    lines += entry.lines();
    open.setFrom(entry);
    return moved;
  }

  private static boolean isNewline(LogBatch batch, int at) {
    return batch.bytes().get(ValueLayout.JAVA_BYTE, at) == '\n';
  }

  private void set(LogBatch batch, long time, int length, int ended, int flags) {
    crc.reset();
    crc.update(batch.buffer().limit(length).position(0));
    entry.set(time, bytes, length, lines, ended, (int) crc.getValue(), flags);
  }

  /** Writes what could be kept over the entry of all, which no reader has believed yet. */
  private void shorten(LogBatch batch, long time, int moved, OpenLines open) {
    boolean newline = isNewline(batch, moved - 1);
    int flags = open.flags(batch, false, newline);
    int newlines = NewlineScan.count(batch.bytes(), 0, moved);
    set(batch, time, moved, IndexEntry.lines(newlines, newline, flags), flags);
    files.pwrite(index, entryMemory, entryOffset());
  }

  private boolean writeEntry() {
    try {
      if (files.pwrite(index, entryMemory, entryOffset()) == IndexEntry.BYTES) {
        return true;
      }
    } catch (LinuxException e) {
      if (!isFull(e)) {
        throw e;
      }
    }
    files.ftruncate(index, entryOffset());
    return false;
  }

  /** Removes an entry that no bytes have followed. */
  private void undo() {
    files.ftruncate(index, entryOffset());
    if (files.lseek(content, 0, Stat.SEEK_END) > bytes) {
      files.ftruncate(content, bytes);
    }
  }

  private long entryOffset() {
    return IndexHeader.BYTES + (long) entries * IndexEntry.BYTES;
  }

  /** Waits until the disk has it. */
  void sync() {
    files.fdatasync(content);
    files.fdatasync(index);
  }

  @Override
  public void close() {
    content.close();
    index.close();
    arena.close();
  }
}
