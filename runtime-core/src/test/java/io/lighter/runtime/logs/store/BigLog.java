package io.lighter.runtime.logs.store;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Makes a log of many gigabytes in a second, for who measures how it is read: indexes as they would
 * be, over content that is a hole in a file but for its last batch. What is read of a hole is one
 * long line of zeros; the last batch of each segment has real lines.
 */
final class BigLog {
  /** How many bytes a batch has, and a segment 1,024 of them. */
  static final int BATCH = 64 * 1024;

  /** How many lines each entry says that it has. */
  static final int LINES = 655;

  private static final int BATCHES = 1024;

  /** The time between two batches, in nanoseconds. */
  static final long STEP = 1_000_000;

  private BigLog() {}

  /** Makes segments of 64 MiB in an empty folder, with times from {@link #STEP} on. */
  static void make(Path folder, int segments) throws IOException {
    byte[] last = lastBatch();
    try (Fd opened =
            Linux.kernel()
                .files()
                .openat(Fd.WORKING_FOLDER, folder.toString(), Fcntl.O_DIRECTORY, 0);
        SegmentFolder in = new SegmentFolder(Linux.kernel(), opened);
        Arena arena = Arena.ofConfined()) {
      MemorySegment index =
          arena.allocate(IndexHeader.BYTES + (long) BATCHES * IndexEntry.BYTES, Long.BYTES);
      MemorySegment entries = index.asSlice(IndexHeader.BYTES);
      var entry = new IndexEntry(entries);
      for (int segment = 1; segment <= segments; segment++) {
        long batches = (segment - 1L) * BATCHES;
        new IndexHeader(segment, batches * LINES, (batches + 1) * STEP).writeTo(index);
        for (int i = 0; i < BATCHES; i++) {
          long time = (batches + i + 1) * STEP;
          entry.moveTo(i * IndexEntry.BYTES);
          entry.set(time, i * BATCH, BATCH, i * LINES, LINES, check(last, i), 0);
        }
        try (Fd file = in.create(segment, SegmentFolder.INDEX, Fcntl.O_EXCL)) {
          Linux.kernel().files().pwrite(file, index, 0);
        }
        String name = "%010d.log".formatted(segment);
        try (var content = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
          content.seek((BATCHES - 1L) * BATCH);
          content.write(last);
        }
      }
    }
  }

  private static int check(byte[] last, int entry) {
    if (entry < BATCHES - 1) {
      return 0; // only the last entry of a log is looked at when it is opened
    }
    var crc = new java.util.zip.CRC32C();
    crc.update(last);
    return (int) crc.getValue();
  }

  /** Returns the lines of the last batch of each segment. */
  static byte[] lastBatch() {
    var bytes = new byte[BATCH];
    java.util.Arrays.fill(bytes, (byte) 'x');
    for (int i = 1; i <= LINES; i++) {
      bytes[BATCH * i / LINES - 1] = '\n';
    }
    return bytes;
  }
}
