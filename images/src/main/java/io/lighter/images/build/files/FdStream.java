package io.lighter.images.build.files;

import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The content of an open file as a stream. Closing it closes the file. Not thread-safe. */
public final class FdStream extends InputStream {
  private static final int BUFFER = 128 * 1024;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(BUFFER);
  private final Files files;
  private final Fd file;

  /** Reads from where the file stands. */
  public FdStream(Files files, Fd file) {
    this.files = files;
    this.file = file;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int start, int length) {
    if (length == 0) {
      return 0;
    }
    long bytes = files.read(file, buffer.asSlice(0, Math.min(length, BUFFER)));
    if (bytes <= 0) {
      return -1;
    }
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, target, start, (int) bytes);
    return (int) bytes;
  }

  @Override
  public void close() {
    arena.close();
    file.close();
  }
}
