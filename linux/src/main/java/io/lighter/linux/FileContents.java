package io.lighter.linux;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** The calls of {@link Files} on the content of an open file. */
abstract class FileContents extends CallGroup {
  /** The most that one call copies: {@code MAX_RW_COUNT} of the kernel, rounded to a page. */
  private static final long COPY_AT_ONCE = 0x7ffff000L;

  FileContents(SystemCalls calls) {
    super(calls);
  }

  /**
   * Sets where the next read or write is; 0 and SEEK_SET take a folder back to its first entry.
   *
   * @param whence SEEK_ value of {@link Stat}
   * @return the offset from the beginning, or -1 when SEEK_DATA finds nothing after it
   * @see <a href="https://man7.org/linux/man-pages/man2/lseek.2.html">lseek(2)</a>
   */
  public long lseek(Fd fd, long offset, int whence) {
    long result = calls.call(SystemCall.LSEEK, fd.number(), offset, whence, 0, 0, 0);
    if (result == -Errno.ENXIO) {
      return -1;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.LSEEK, result, fd.number(), offset, whence, 0, 0, 0);
    }
    return result;
  }

  /**
   * Waits until the content and metadata of a file, or the names in a folder, are on the disk.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/fsync.2.html">fsync(2)</a>
   */
  public void fsync(Fd fd) {
    checkRestarting(SystemCall.FSYNC, fd.number(), 0, 0, 0, 0, 0);
  }

  /** Waits until the content of a file, and what is needed to find it, are on the disk. */
  public void fdatasync(Fd fd) {
    checkRestarting(SystemCall.FDATASYNC, fd.number(), 0, 0, 0, 0, 0);
  }

  /**
   * Waits until all that was written to a file system is on the disk.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/syncfs.2.html">syncfs(2)</a>
   */
  public void syncfs(Fd fd) {
    checkRestarting(SystemCall.SYNCFS, fd.number(), 0, 0, 0, 0, 0);
  }

  /**
   * Sets the length of a file in bytes.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/ftruncate.2.html">ftruncate(2)</a>
   */
  public void ftruncate(Fd fd, long length) {
    checkRestarting(SystemCall.FTRUNCATE, fd.number(), length, 0, 0, 0, 0);
  }

  /**
   * Copies within the kernel from the offset of one file to that of another, sharing blocks where
   * the file system can.
   *
   * @return bytes copied, 0 at the end of {@code in}, or -1 when these two files cannot be copied
   *     so, and {@link #sendfile} can do it
   * @see <a href="https://man7.org/linux/man-pages/man2/copy_file_range.2.html">
   *     copy_file_range(2)</a>
   */
  public long copyFileRange(Fd in, Fd out, long length) {
    long result =
        restarting(SystemCall.COPY_FILE_RANGE, in.number(), 0, out.number(), 0, length, 0);
    if (result == -Errno.EXDEV || result == -Errno.EINVAL || result == -Errno.EOPNOTSUPP) {
      return -1;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(
          SystemCall.COPY_FILE_RANGE, result, in.number(), 0, out.number(), 0, length, 0);
    }
    return result;
  }

  /**
   * Copies within the kernel from the offset of a file to another descriptor.
   *
   * @return bytes copied, 0 at the end of {@code in}, or -1 when {@code out} is non-blocking and
   *     takes nothing now
   * @see <a href="https://man7.org/linux/man-pages/man2/sendfile.2.html">sendfile(2)</a>
   */
  public long sendfile(Fd out, Fd in, long length) {
    long result = restarting(SystemCall.SENDFILE, out.number(), in.number(), 0, length, 0, 0);
    if (result == -Errno.EAGAIN) {
      return -1;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(
          SystemCall.SENDFILE, result, out.number(), in.number(), 0, length, 0, 0);
    }
    return result;
  }

  /**
   * Copies the rest of a file to the offset of another.
   *
   * @return bytes copied
   */
  public long copyContent(Fd in, Fd out) {
    long copied = 0;
    boolean shares = true;
    while (true) {
      long bytes = shares ? copyFileRange(in, out, COPY_AT_ONCE) : sendfile(out, in, COPY_AT_ONCE);
      if (bytes < 0) {
        if (!shares) {
          throw new IllegalArgumentException("the target of a copy is non-blocking: " + out);
        }
        shares = false;
      } else if (bytes == 0 && shares && copied == 0) {
        // Files whose size is not known beforehand, those of procfs, look empty to
        // copy_file_range.
        shares = false;
      } else if (bytes == 0) {
        return copied;
      } else {
        copied += bytes;
      }
    }
  }

  /**
   * Reads once, restarted when a signal came first.
   *
   * @return bytes read, 0 at the end, or -1 when the descriptor is non-blocking and has nothing yet
   * @see <a href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</a>
   */
  public long read(Fd fd, MemorySegment buffer) {
    long at = buffer.address();
    long size = buffer.byteSize();
    long result = restartingOn(buffer, SystemCall.READ, fd.number(), at, size, 0, 0, 0);
    if (result == -Errno.EAGAIN) {
      return -1;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.READ, result, fd.number(), at, size, 0, 0, 0);
    }
    return result;
  }

  /**
   * Reads at an offset, restarted when a signal came first.
   *
   * @return bytes read, 0 at the end
   * @see <a href="https://man7.org/linux/man-pages/man2/pread.2.html">pread(2)</a>
   */
  public long pread(Fd fd, MemorySegment buffer, long offset) {
    long size = buffer.byteSize();
    long at = buffer.address();
    long result = restartingOn(buffer, SystemCall.PREAD64, fd.number(), at, size, offset, 0, 0);
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.PREAD64, result, fd.number(), at, size, offset, 0, 0);
    }
    return result;
  }

  /**
   * Writes once, restarted when a signal came first.
   *
   * @return bytes written, or -1 when the descriptor is non-blocking and takes nothing now
   * @see <a href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</a>
   */
  public long write(Fd fd, MemorySegment buffer) {
    return write(fd, buffer, 0, buffer.byteSize());
  }

  /** Writes a part of a buffer once; so a hot path needs no slice. */
  public long write(Fd fd, MemorySegment buffer, long from, long length) {
    Objects.checkFromIndexSize(from, length, buffer.byteSize());
    long at = buffer.address() + from;
    long result = restartingOn(buffer, SystemCall.WRITE, fd.number(), at, length, 0, 0, 0);
    if (result == -Errno.EAGAIN) {
      return -1;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.WRITE, result, fd.number(), at, length, 0, 0, 0);
    }
    return result;
  }

  /**
   * Writes once at an offset, restarted when a signal came first.
   *
   * @return bytes written; fewer than asked for when the disk is full in their middle
   * @throws LinuxException ENOSPC when there is no room for any of them
   * @see <a href="https://man7.org/linux/man-pages/man2/pwrite.2.html">pwrite(2)</a>
   */
  public long pwrite(Fd fd, MemorySegment buffer, long offset) {
    long size = buffer.byteSize();
    long at = buffer.address();
    long result = restartingOn(buffer, SystemCall.PWRITE64, fd.number(), at, size, offset, 0, 0);
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.PWRITE64, result, fd.number(), at, size, offset, 0, 0);
    }
    return result;
  }
}
