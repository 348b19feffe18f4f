package io.lighter.overlay.archive;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The bytes of an archive, read ahead and counted. Not thread-safe. */
final class ArchiveInput {
  private static final int BUFFER_SIZE = 256 * 1024;

  private final InputStream in;
  private final long maxBytes;
  private final byte[] buffer = new byte[BUFFER_SIZE];
  private int at;
  private int end;
  private long read;

  ArchiveInput(InputStream in, long maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /** Returns how many bytes have been handed out. */
  long position() {
    return read - (end - at);
  }

  /**
   * Fills a block.
   *
   * @return false when the stream ends before its first byte
   */
  boolean readBlock(byte[] block) throws IOException {
    if (!fill()) {
      return false;
    }
    readFully(block, 0, block.length);
    return true;
  }

  void readFully(byte[] target, int start, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int bytes = atLeastOne(length - done);
      System.arraycopy(buffer, at, target, start + done, bytes);
      at += bytes;
      done += bytes;
    }
  }

  /** Reads 1 or more bytes, and no more than {@code max}. */
  int read(MemorySegment target, long max) throws IOException {
    int bytes = atLeastOne(Math.min(max, target.byteSize()));
    MemorySegment.copy(buffer, at, target, ValueLayout.JAVA_BYTE, 0, bytes);
    at += bytes;
    return bytes;
  }

  void skip(long length) throws IOException {
    for (long left = length; left > 0; ) {
      int bytes = atLeastOne(left);
      at += bytes;
      left -= bytes;
    }
  }

  /** Reads to the end of the stream and refuses all but zeros. */
  void expectZerosToEnd() throws IOException {
    while (fill()) {
      for (; at < end; at++) {
        if (buffer[at] != 0) {
          throw new ArchiveException(
              "there is something after the end of the archive, at byte " + position());
        }
      }
    }
  }

  private int atLeastOne(long wanted) throws IOException {
    if (!fill()) {
      throw new ArchiveException(
          "the archive is cut off: it ends after %d bytes, in the middle".formatted(read));
    }
    return (int) Math.min(wanted, end - at);
  }

  private boolean fill() throws IOException {
    if (at < end) {
      return true;
    }
    int bytes = in.read(buffer, 0, buffer.length);
    if (bytes <= 0) {
      return false;
    }
    at = 0;
    end = bytes;
    read += bytes;
    if (read > maxBytes) {
      throw new ArchiveException(
          "the archive has more than %d bytes (maxArchiveBytes)".formatted(maxBytes));
    }
    return true;
  }
}
