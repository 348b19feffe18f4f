package io.lighter.runtime.logs.driver;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The end of a file of Docker's local format; see {@link LocalEncoder}. */
final class LocalTail {
  /** The longest entry that dockerd reads. */
  private static final int MOST_LENGTH = 1_000_000;

  private static final int SOURCE = (1 << 3) | 2;
  private static final int TIME_NANO = 2 << 3;

  private final FileChannel file;
  private final ByteBuffer four = ByteBuffer.allocate(Integer.BYTES);

  private LocalTail(FileChannel file) {
    this.file = file;
  }

  /**
   * Returns how many bytes hold whole entries: what is behind them was being written when the
   * machine stopped, and a reader would stumble over it.
   */
  static long validLength(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      LocalTail tail = new LocalTail(file);
      long size = file.size();
      return size == 0 || tail.lastEntry(size) >= 0 ? size : tail.scan(size);
    }
  }

  /** Returns the time of the last entry in nanoseconds since 1970; 0 when there is none. */
  static long lastTime(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      LocalTail tail = new LocalTail(file);
      long begin = tail.lastEntry(file.size());
      return begin < 0 ? 0 : tail.time(begin);
    }
  }

  /** Returns where the entry begins that ends at an offset; -1 when none does. */
  private long lastEntry(long end) throws IOException {
    if (end < 2 * Integer.BYTES) {
      return -1;
    }
    int length = readInt(end - Integer.BYTES);
    long begin = end - length - 2 * Integer.BYTES;
    boolean whole = length >= 0 && length <= MOST_LENGTH && begin >= 0 && readInt(begin) == length;
    return whole ? begin : -1;
  }

  private long scan(long size) throws IOException {
    long at = 0;
    while (at + 2 * Integer.BYTES <= size) {
      int length = readInt(at);
      long end = at + length + 2 * Integer.BYTES;
      if (length < 0
          || length > MOST_LENGTH
          || end > size
          || readInt(end - Integer.BYTES) != length) {
        break;
      }
      at = end;
    }
    return at;
  }

  private long time(long begin) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(32);
    file.read(head, begin + Integer.BYTES);
    head.flip();
    if (head.remaining() < 3 || head.get() != SOURCE) {
      return 0;
    }
    head.position(Math.min(head.limit(), 2 + head.get()));
    if (!head.hasRemaining() || head.get() != TIME_NANO) {
      return 0;
    }
    long time = 0;
    for (int shift = 0; shift < Long.SIZE && head.hasRemaining(); shift += 7) {
      byte bits = head.get();
      time |= (bits & 0x7fL) << shift;
      if (bits >= 0) {
        break;
      }
    }
    return time;
  }

  private int readInt(long at) throws IOException {
    four.clear();
    while (four.hasRemaining()) {
      if (file.read(four, at + four.position()) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
    return four.getInt(0);
  }
}
