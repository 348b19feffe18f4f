package io.lighter.runtime.logs.file;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Stat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A file that is appended to, and whose end can be taken back. Another program may empty it at any
 * time, as people do who want their disk back.
 */
public final class LogFile implements AutoCloseable {
  private static final int FLAGS = Fcntl.O_WRONLY | Fcntl.O_APPEND | Fcntl.O_CREAT;

  private final Linux linux;
  private final Path path;
  private final int mode;
  private Fd fd;

  /**
   * Opens it.
   *
   * @param mode of a file that is not there yet
   */
  public LogFile(Linux linux, Path path, int mode) {
    this.linux = linux;
    this.path = path;
    this.mode = mode;
    this.fd = open();
  }

  private Fd open() {
    return linux.files().openat(Fd.WORKING_FOLDER, path.toString(), FLAGS, mode);
  }

  Path path() {
    return path;
  }

  /** Returns how many bytes it has now. */
  public long size() {
    return linux.files().lseek(fd, 0, Stat.SEEK_END);
  }

  /** Returns the number by which the file system knows it, whatever its name. */
  public long inode() {
    try (Arena arena = Arena.ofConfined()) {
      FileStatus status = new FileStatus(arena);
      linux.files().statx(fd, status);
      return status.ino();
    }
  }

  /**
   * Appends the first bytes of a memory.
   *
   * @return how many, fewer when the disk is full
   */
  public int append(MemorySegment bytes, int length) {
    int written = 0;
    while (written < length) {
      try {
        written += (int) linux.files().write(fd, bytes, written, length - written);
      } catch (LinuxException e) {
        if (e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT) {
          break;
        }
        throw e;
      }
    }
    return written;
  }

  /** Cuts off what is behind a position. */
  public void cut(long position) {
    if (size() > position) {
      linux.files().ftruncate(fd, position);
    }
  }

  /** Goes on with what has the path now. */
  public void reopen() {
    Fd before = fd;
    fd = open();
    before.close();
  }

  /** Goes on with an empty file under the path. */
  void reopenEmpty() {
    reopen();
    cut(0);
  }

  @Override
  public void close() {
    fd.close();
  }
}
