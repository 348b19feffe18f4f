package io.lighter.runtime.logs.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A file that makes room for a new one when it is full: {@code NAME} is written, {@code NAME.1} is
 * the one before it, compressed {@code NAME.1.gz}, and so on. As moby's daemon/logger/loggerutils
 * (logfile.go). Not thread-safe.
 */
final class RotatedFile implements AutoCloseable {
  /** The bits of a position that say where in the file, and those of the file's inode number. */
  private static final int OFFSET_BITS = 40;

  private static final long OFFSET = (1L << OFFSET_BITS) - 1;
  private static final long INODE = (1L << (Long.SIZE - 1 - OFFSET_BITS)) - 1;

  private static final int MODE = 0640;
  private static final List<String> SUFFIXES = List.of("", ".gz");

  /**
   * When a file is full, and what becomes of it.
   *
   * @param size in bytes; the file is full when it has as many or more
   * @param files how many there may be, the one that is written included
   */
  record Limits(long size, int files, boolean compress) {}

  /** Finds out how much of a file is whole. */
  interface Tail {
    long validLength(Path path) throws IOException;
  }

  private final Linux linux;
  private final Path path;
  private final Limits limits;
  private final LogCompression compression;
  private Fd file;
  private long inode;
  private long size;
  private boolean unsettled;

  private RotatedFile(Linux linux, Path path, Limits limits) throws IOException {
    this.linux = linux;
    this.path = path;
    this.limits = limits;
    this.compression = new LogCompression(name(1, ""), name(1, ".gz"));
    this.unsettled = Files.exists(name(1, ""));
    this.file = openFile();
  }

  /** Opens a file, makes it and its folder if need be, and cuts a torn end off. */
  static RotatedFile open(Linux linux, Path path, Limits limits, Tail tail) {
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      RotatedFile opened = new RotatedFile(linux, path, limits);
      try {
        opened.cut(opened.size - tail.validLength(path));
        return opened;
      } catch (IOException | RuntimeException e) {
        opened.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("opening the log " + path, e);
    }
  }

  private Fd openFile() {
    int flags = Fcntl.O_WRONLY | Fcntl.O_APPEND | Fcntl.O_CREAT;
    Fd opened = linux.files().openat(Fd.WORKING_FOLDER, path.toString(), flags, MODE);
    long[] status = status(opened);
    inode = status[0] & INODE;
    size = status[1];
    return opened;
  }

  /** Returns the inode number and the size. */
  private long[] status(Fd of) {
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      linux.files().statx(of, status);
      return new long[] {status.ino(), status.size()};
    }
  }

  private Path name(int number, String suffix) {
    return path.resolveSibling(path.getFileName() + "." + number + suffix);
  }

  /** Returns whether the file is full when so many bytes more are in it. */
  boolean isFull(int more) {
    return size + more >= limits.size();
  }

  /**
   * Writes at the end.
   *
   * @return how many bytes; fewer when the disk is full
   */
  int write(byte[] bytes, int length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, length));
      MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, length);
      int written = 0;
      while (written < length) {
        int more = write(memory.asSlice(written, length - written));
        if (more == 0) {
          break;
        }
        written += more;
        size += more;
      }
      return written;
    }
  }

  private int write(MemorySegment memory) {
    try {
      return (int) linux.files().write(file, memory);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT) {
        return 0;
      }
      throw e;
    }
  }

  /** Cuts so many bytes off, of what there is: somebody may have emptied the file meanwhile. */
  void cut(long bytes) {
    if (bytes > 0) {
      size = Math.max(0, status(file)[1] - bytes);
      linux.files().ftruncate(file, size);
    }
  }

  /** Begins a new file. The old one stays as it is until {@link #settle}. */
  void rotate() {
    compression.await();
    try {
      for (String suffix : SUFFIXES) {
        Files.deleteIfExists(name(Math.max(1, limits.files() - 1), suffix));
        for (int i = limits.files() - 1; i > 1; i--) {
          if (Files.exists(name(i - 1, suffix))) {
            Files.move(name(i - 1, suffix), name(i, suffix), StandardCopyOption.ATOMIC_MOVE);
          }
        }
      }
      Files.move(path, name(1, ""), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("rotating the log " + path, e);
    }
    file.close();
    file = openFile();
    unsettled = true;
  }

  /** Makes the last rotation final: from now on it cannot be undone. */
  void settle() {
    if (!unsettled) {
      return;
    }
    unsettled = false;
    if (limits.files() > 1) {
      if (limits.compress()) {
        compression.start();
      }
      return;
    }
    try {
      Files.deleteIfExists(name(1, ""));
    } catch (IOException e) {
      throw new UncheckedIOException("deleting an old log of " + path, e);
    }
  }

  /**
   * Returns where the next byte is going to lie, by the file's inode number and the offset in it.
   */
  long position() {
    return (inode << OFFSET_BITS) | size;
  }

  /**
   * Cuts all off that was written at and behind a position, and undoes a rotation that came after
   * it. A position in a file that somebody deleted leaves all as it is.
   */
  void rewind(long position) {
    long offset = position & OFFSET;
    long tag = position >>> OFFSET_BITS;
    if (tag == inode && offset <= size) {
      cut(size - offset);
      return;
    }
    Path before = name(1, "");
    Fd old = linux.files().openatIfExists(Fd.WORKING_FOLDER, before.toString(), Fcntl.O_RDONLY);
    if (old == null) {
      return;
    }
    try (old) {
      long[] status = status(old);
      if (tag != (status[0] & INODE) || offset > status[1]) {
        return;
      }
      Files.move(before, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("undoing a rotation of the log " + path, e);
    }
    file.close();
    file = openFile();
    unsettled = false;
    cut(size - offset);
  }

  @Override
  public void close() {
    compression.await();
    file.close();
  }
}
