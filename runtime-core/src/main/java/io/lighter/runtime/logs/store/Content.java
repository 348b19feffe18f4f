package io.lighter.runtime.logs.store;

import java.lang.foreign.MemorySegment;

/** The bytes of a segment, however they are kept. Not thread-safe. */
sealed interface Content extends AutoCloseable permits RawContent, CompressedContent {
  /** Returns how many bytes there are now. */
  long size();

  /**
   * Reads into memory from its beginning on.
   *
   * @return how many bytes, at least 1; 0 at the end
   * @throws DamagedSegmentException when the bytes are there and cannot be read
   */
  int read(MemorySegment to, long offset);

  @Override
  void close();
}
