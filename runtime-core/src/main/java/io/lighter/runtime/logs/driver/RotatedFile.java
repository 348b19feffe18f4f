package io.lighter.runtime.logs.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.file.LogFile;
import io.lighter.runtime.logs.file.RotatedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/**
 * A file of Docker's local format that makes room for a new one when it is full, and whose last
 * rotation can be undone until it is settled. Not thread-safe.
 */
final class RotatedFile implements AutoCloseable {
  /** The bits of a position that say where in the file, and those of the file's inode number. */
  private static final int OFFSET_BITS = 40;

  private static final long OFFSET = (1L << OFFSET_BITS) - 1;
  private static final long INODE = (1L << (Long.SIZE - 1 - OFFSET_BITS)) - 1;

  private static final int MODE = 0640;

  /**
   * When a file is full, and what becomes of it.
   *
   * @param size in bytes; the file is full when it has as many or more
   * @param files how many there may be, the one that is written included
   */
  record Limits(long size, int files, boolean compress) {}

  private final Limits limits;
  private final RotatedFiles others;
  private final LogFile file;
  private final Linux linux;
  private long inode;
  private long size;
  private boolean unsettled;

  private RotatedFile(Linux linux, Path path, Limits limits, Executor background) {
    this.linux = linux;
    this.limits = limits;
    this.others = new RotatedFiles(linux, path, limits.files(), limits.compress(), background);
    this.unsettled = Files.exists(others.before());
    this.file = new LogFile(linux, path, MODE);
    look();
  }

  /** Opens a file, makes it and its folder if need be, and cuts a torn end off. */
  static RotatedFile open(Linux linux, Path path, Limits limits, Executor background) {
    try {
      Files.createDirectories(path.toAbsolutePath().resolveSibling("."));
      RotatedFile opened = new RotatedFile(linux, path, limits, background);
      try {
        opened.cut(opened.size - LocalTail.validLength(path));
        return opened;
      } catch (IOException | RuntimeException e) {
        opened.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("opening the log " + path, e);
    }
  }

  private void look() {
    inode = file.inode() & INODE;
    size = file.size();
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
      int written = file.append(memory, length);
      size += written;
      return written;
    }
  }

  /** Cuts so many bytes off, of what there is: somebody may have emptied the file meanwhile. */
  void cut(long bytes) {
    if (bytes > 0) {
      size = Math.max(0, file.size() - bytes);
      file.cut(size);
    }
  }

  /** Begins a new file. The old one stays as it is until {@link #settle}. */
  void rotate() {
    others.shift();
    file.reopen();
    look();
    unsettled = true;
  }

  /** Makes the last rotation final: from now on it cannot be undone. */
  void settle() {
    if (unsettled) {
      unsettled = false;
      others.settle(LocalTail::lastTime);
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
    } else if (isOfTheOneBefore(tag, offset)) {
      others.unshift();
      file.reopen();
      look();
      unsettled = false;
      cut(size - offset);
    }
  }

  private boolean isOfTheOneBefore(long tag, long offset) {
    if (!Files.exists(others.before())) {
      return false;
    }
    try (LogFile before = new LogFile(linux, others.before(), MODE)) {
      return tag == (before.inode() & INODE) && offset <= before.size();
    }
  }

  @Override
  public void close() {
    others.finish();
    file.close();
  }
}
