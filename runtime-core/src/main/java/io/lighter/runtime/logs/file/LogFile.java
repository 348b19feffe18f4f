package io.lighter.runtime.logs.file;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Stat;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A file that is appended to, and whose end can be taken back. Another program may empty it at any
 * time, as people do who want their disk back.
 */
final class LogFile implements AutoCloseable {
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
  LogFile(Linux linux, Path path, int mode) {
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

  long size() {
    return linux.files().lseek(fd, 0, Stat.SEEK_END);
  }

  /**
   * Appends the first bytes of a memory; returns false when the disk is full, with a part of them
   * perhaps written.
   */
  boolean append(MemorySegment bytes, int length) {
    long written = 0;
    while (written < length) {
      try {
        written += linux.files().write(fd, bytes, written, length - written);
      } catch (LinuxException e) {
        if (e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT) {
          return false;
        }
        throw e;
      }
    }
    return true;
  }

  /** Cuts off what is behind a position. */
  void cut(long position) {
    if (size() > position) {
      linux.files().ftruncate(fd, position);
    }
  }

  /** Goes on with what has the path now. */
  void reopen() {
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
