package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Files, folders and links by descriptor.
 *
 * <p>Every path is relative to a folder's descriptor. A path that an image or a container had a
 * hand in goes through {@link #openat2} with RESOLVE_IN_ROOT and through nothing else.
 */
public final class Files extends CallGroup {
  /** Bytes of struct open_how: {@code <linux/openat2.h>}. */
  private static final int OPEN_HOW_SIZE = 24;

  Files(SystemCalls calls) {
    super(calls);
  }

  /**
   * Opens a file. O_CLOEXEC is added.
   *
   * @param mode permission bits of a file that O_CREAT makes, otherwise 0
   * @see <a href="https://man7.org/linux/man-pages/man2/openat.2.html">openat(2)</a>
   */
  public Fd openat(Fd dir, String path, int flags, int mode) {
    long p = CallMemory.get().path(path);
    return open(SystemCall.OPENAT, dir.number(), p, flags | Fcntl.O_CLOEXEC, mode, 0);
  }

  /** Opens a file that may not be there; returns null on ENOENT. */
  public @Nullable Fd openatIfExists(Fd dir, String path, int flags) {
    long p = CallMemory.get().path(path);
    int wanted = flags | Fcntl.O_CLOEXEC;
    long result = calls.call(SystemCall.OPENAT, dir.number(), p, wanted, 0, 0, 0);
    if (result == -Errno.ENOENT) {
      return null;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.OPENAT, result, dir.number(), p, wanted, 0, 0, 0);
    }
    return new Fd(calls, result);
  }

  /**
   * Opens a file with rules on how its path is resolved. O_CLOEXEC is added. EAGAIN, which a rename
   * or mount beside the resolution causes, is tried again.
   *
   * @param mode permission bits of a file that O_CREAT makes, otherwise 0
   * @param resolve RESOLVE_ bits of {@link Fcntl}
   * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>, Linux 5.6
   */
  public Fd openat2(Fd dir, String path, int flags, int mode, long resolve) {
    CallMemory memory = CallMemory.get();
    long p = memory.path(path);
    MemorySegment how = memory.struct();
    how.set(JAVA_LONG, 0, flags | Fcntl.O_CLOEXEC);
    how.set(JAVA_LONG, 8, mode);
    how.set(JAVA_LONG, 16, resolve);
    long result;
    do {
      result =
          calls.call(
              SystemCall.OPENAT2, dir.number(), p, memory.structAddress(), OPEN_HOW_SIZE, 0, 0);
    } while (result == -Errno.EAGAIN);
    if (Errno.isError(result)) {
      throw LinuxException.of(
          SystemCall.OPENAT2, result, dir.number(), p, memory.structAddress(), OPEN_HOW_SIZE, 0, 0);
    }
    return new Fd(calls, result);
  }

  /**
   * Makes a folder.
   *
   * @return false when there is something of that name
   * @see <a href="https://man7.org/linux/man-pages/man2/mkdirat.2.html">mkdirat(2)</a>
   */
  public boolean mkdirat(Fd dir, String path, int mode) {
    long p = CallMemory.get().path(path);
    return checkUnless(Errno.EEXIST, SystemCall.MKDIRAT, dir.number(), p, mode, 0, 0);
  }

  /**
   * Removes a file, or with AT_REMOVEDIR an empty folder.
   *
   * @return false when there is nothing of that name
   * @see <a href="https://man7.org/linux/man-pages/man2/unlinkat.2.html">unlinkat(2)</a>
   */
  public boolean unlinkat(Fd dir, String path, int flags) {
    long p = CallMemory.get().path(path);
    return checkUnless(Errno.ENOENT, SystemCall.UNLINKAT, dir.number(), p, flags, 0, 0);
  }

  /**
   * Makes a device, FIFO, socket or empty file.
   *
   * @param mode file type and permission bits
   * @param device of {@link DeviceNumber#of} for devices, otherwise 0
   * @see <a href="https://man7.org/linux/man-pages/man2/mknodat.2.html">mknodat(2)</a>
   */
  public void mknodat(Fd dir, String path, int mode, long device) {
    check(SystemCall.MKNODAT, dir.number(), CallMemory.get().path(path), mode, device);
  }

  /**
   * Makes a symbolic link.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/symlinkat.2.html">symlinkat(2)</a>
   */
  public void symlinkat(String target, Fd dir, String path) {
    CallMemory memory = CallMemory.get();
    check(SystemCall.SYMLINKAT, memory.path(target), dir.number(), memory.secondPath(path), 0);
  }

  /**
   * Reads once, restarted when a signal came first.
   *
   * @return bytes read, 0 at the end, or -1 when the descriptor is non-blocking and has nothing yet
   * @see <a href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</a>
   */
  public long read(Fd fd, MemorySegment buffer) {
    long result;
    do {
      result =
          calls.call(SystemCall.READ, fd.number(), buffer.address(), buffer.byteSize(), 0, 0, 0);
    } while (result == -Errno.EINTR);
    if (result == -Errno.EAGAIN) {
      return -1;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(
          SystemCall.READ, result, fd.number(), buffer.address(), buffer.byteSize(), 0, 0, 0);
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
    long result;
    do {
      result = calls.call(SystemCall.PREAD64, fd.number(), buffer.address(), size, offset, 0, 0);
    } while (result == -Errno.EINTR);
    if (Errno.isError(result)) {
      throw LinuxException.of(
          SystemCall.PREAD64, result, fd.number(), buffer.address(), size, offset, 0, 0);
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
    long result;
    do {
      result =
          calls.call(SystemCall.WRITE, fd.number(), buffer.address(), buffer.byteSize(), 0, 0, 0);
    } while (result == -Errno.EINTR);
    if (result == -Errno.EAGAIN) {
      return -1;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(
          SystemCall.WRITE, result, fd.number(), buffer.address(), buffer.byteSize(), 0, 0, 0);
    }
    return result;
  }
}
