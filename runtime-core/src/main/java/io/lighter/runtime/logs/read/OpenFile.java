package io.lighter.runtime.logs.read;

import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** A file of a log, open for reading from its beginning on. Not thread-safe. */
final class OpenFile implements AutoCloseable {
  /** Which file it is, whatever its name. */
  record Key(long device, long inode) {}

  private final Linux linux;
  private final Path path;
  private final Fd fd;
  private final Key key;
  private final boolean compressed;
  private long offset;
  private @Nullable InputStream decompressed;

  OpenFile(Linux linux, Path path, Fd fd) {
    this.linux = linux;
    this.path = path;
    this.fd = fd;
    this.compressed = path.toString().endsWith(".gz");
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      linux.files().statx(fd, status);
      this.key = new Key(status.dev(), status.ino());
    }
  }

  /** Returns which file has a path now; null when none has. */
  static @Nullable Key keyOf(Linux linux, Path path) {
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      return linux.files().statx(Fd.WORKING_FOLDER, path.toString(), 0, status)
          ? new Key(status.dev(), status.ino())
          : null;
    }
  }

  /** Returns the path by which it was opened; it may have another name since. */
  Path path() {
    return path;
  }

  Key key() {
    return key;
  }

  boolean isCompressed() {
    return compressed;
  }

  /** Returns how many bytes it has now. */
  long size() {
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      linux.files().statx(fd, status);
      return status.size();
    }
  }

  /** Returns where the next byte is read, of a file that is not compressed. */
  long offset() {
    return offset;
  }

  /** Goes on from another place of a file that is not compressed. */
  void seek(long place) {
    offset = place;
  }

  /**
   * Reads as much as there is and fits.
   *
   * @return whether there was anything
   */
  boolean read(ByteBuffer into) {
    try {
      return compressed ? decompress(into) : read(into, offset);
    } catch (IOException e) {
      throw new UncheckedIOException("the log " + path + " cannot be read: " + e, e);
    }
  }

  private boolean read(ByteBuffer into, long from) {
    long read = linux.files().pread(fd, MemorySegment.ofBuffer(into), from);
    into.position(into.position() + (int) read);
    offset = from + read;
    return read > 0;
  }

  private boolean decompress(ByteBuffer into) throws IOException {
    InputStream from = decompressed;
    if (from == null) {
      from = new GZIPInputStream(Files.newInputStream(Path.of(fd.procPath())));
      decompressed = from;
    }
    byte[] bytes = new byte[into.remaining()];
    int read = from.read(bytes);
    if (read > 0) {
      into.put(bytes, 0, read);
    }
    return read > 0;
  }

  /** Begins anew. */
  void rewind() {
    offset = 0;
    closeStream();
  }

  private void closeStream() {
    try {
      if (decompressed != null) {
        decompressed.close();
        decompressed = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the log " + path + " cannot be closed", e);
    }
  }

  @Override
  public void close() {
    closeStream();
    fd.close();
  }
}
