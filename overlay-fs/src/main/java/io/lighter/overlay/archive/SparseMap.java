package io.lighter.overlay.archive;

import java.util.Arrays;

/** The parts of a file that have content, in order; what lies between and after them are holes. */
final class SparseMap {
  private long[] offsets = new long[8];
  private long[] lengths = new long[8];
  private int count;
  private long end;
  private long storedSize;

  /**
   * Adds a part after those before it.
   *
   * @throws ArchiveException when it begins before their end, or ends beyond 2^63
   */
  void add(long offset, long length) throws ArchiveException {
    if (offset < end || length < 0 || offset + length < 0) {
      throw new ArchiveException(
          "its map of holes is wrong: a part of %d bytes at %d, after one that ends at %d"
              .formatted(length, offset, end));
    }
    end = offset + length;
    if (length == 0) {
      // What GNU tar ends a map with.
      return;
    }
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    offsets[count] = offset;
    lengths[count] = length;
    count++;
    storedSize += length;
  }

  /** Checks the map against the size of the file and of what the archive has of it. */
  void check(long size, long stored) throws ArchiveException {
    if (end > size || storedSize != stored) {
      throw new ArchiveException(
          "its map of holes is wrong: %d bytes in parts up to %d, of %d bytes for a file of %d"
              .formatted(storedSize, end, stored, size));
    }
  }

  int count() {
    return count;
  }

  long offset(int index) {
    return offsets[index];
  }

  long length(int index) {
    return lengths[index];
  }

  long storedSize() {
    return storedSize;
  }
}
