package io.lighter.overlay.archive;

import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Finds the holes of files that are worth it.
 *
 * <p>Where a file has holes is up to its file system, so that a map makes an archive depend on it.
 * Only a file that its map makes smaller by {@link #WORTH} gets one: a {@code lastlog} of 200 GB
 * does, and what programs and packages are made of does not.
 */
final class HoleFinder {
  /** What a map must save, in bytes. */
  static final long WORTH = 1 << 20;

  private static final long SMALLEST_HOLE = 64 * 1024;
  private static final int MAX_PARTS = 10_000;

  private final Files files;

  HoleFinder(Files files) {
    this.files = files;
  }

  /**
   * Finds the holes of a file.
   *
   * @param size of the file
   * @param blocks what is stored of it, in units of 512 bytes
   * @return null for a file that is to be archived whole
   */
  @Nullable SparseMap find(Fd file, long size, long blocks) throws ArchiveException {
    if (size - blocks * 512 < WORTH) {
      return null;
    }
    SparseMap map = null;
    // Fewer and larger holes until the map is of a size that every program reads.
    for (long smallest = SMALLEST_HOLE; map == null; smallest *= 16) {
      map = map(file, size, smallest);
    }
    return size - map.storedSize() < WORTH ? null : map;
  }

  /** Returns null when there are too many parts. */
  private @Nullable SparseMap map(Fd file, long size, long smallestHole) throws ArchiveException {
    SparseMap map = new SparseMap();
    long start = dataAfter(file, 0, size);
    while (start < size) {
      long end = Math.min(files.lseek(file, start, Stat.SEEK_HOLE), size);
      long next = dataAfter(file, end, size);
      while (next < size && next - end < smallestHole) {
        end = Math.min(files.lseek(file, next, Stat.SEEK_HOLE), size);
        next = dataAfter(file, end, size);
      }
      if (end <= start) {
        throw new ArchiveException("it became shorter while its holes were looked for");
      }
      map.add(start, end - start);
      if (map.count() > MAX_PARTS) {
        return null;
      }
      start = next;
    }
    return map;
  }

  private long dataAfter(Fd file, long offset, long size) {
    long data = offset >= size ? -1 : files.lseek(file, offset, Stat.SEEK_DATA);
    return data < 0 ? size : data;
  }
}
