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
public final class Files extends FileAttributes {
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
    return openat(dir, CallMemory.get().path(path), flags, mode);
  }

  /** Opens a file by the exact bytes of its name, as {@link #openat(Fd, String, int, int)} does. */
  public Fd openat(Fd dir, Name path, int flags, int mode) {
    return openat(dir, CallMemory.get().path(path), flags, mode);
  }

  private Fd openat(Fd dir, long path, int flags, int mode) {
    int wanted = flags | Fcntl.O_CLOEXEC;
    return new Fd(
        calls, checkRestarting(SystemCall.OPENAT, dir.number(), path, wanted, mode, 0, 0));
  }

  /** Opens a file that may not be there; returns null on ENOENT. */
  public @Nullable Fd openatIfExists(Fd dir, String path, int flags) {
    return openatIfExists(dir, CallMemory.get().path(path), flags);
  }

  /** Opens a file that may not be there; returns null on ENOENT. */
  public @Nullable Fd openatIfExists(Fd dir, Name path, int flags) {
    return openatIfExists(dir, CallMemory.get().path(path), flags);
  }

  private @Nullable Fd openatIfExists(Fd dir, long path, int flags) {
    int wanted = flags | Fcntl.O_CLOEXEC;
    long result = restarting(SystemCall.OPENAT, dir.number(), path, wanted, 0, 0, 0);
    if (result == -Errno.ENOENT) {
      return null;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.OPENAT, result, dir.number(), path, wanted, 0, 0, 0);
    }
    return new Fd(calls, result);
  }

  /**
   * Opens a file with rules on how its path is resolved. O_CLOEXEC is added. EAGAIN, which a rename
   * or mount beside the resolution causes, is tried again. Where the call is missing, the path is
   * walked component by component.
   *
   * @param mode permission bits of a file that O_CREAT makes, otherwise 0
   * @param resolve RESOLVE_ bits of {@link Fcntl}, RESOLVE_IN_ROOT or RESOLVE_BENEATH among them
   * @throws IllegalArgumentException without both, when the path could lead out of the folder
   * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>, Linux 5.6
   */
  public Fd openat2(Fd dir, String path, int flags, int mode, long resolve) {
    return openat2(dir, CallMemory.get().path(path), flags, mode, resolve);
  }

  /** Opens a file by the exact bytes of its path. */
  public Fd openat2(Fd dir, Name path, int flags, int mode, long resolve) {
    return openat2(dir, CallMemory.get().path(path), flags, mode, resolve);
  }

  private Fd openat2(Fd dir, long path, int flags, int mode, long resolve) {
    if ((resolve & (Fcntl.RESOLVE_IN_ROOT | Fcntl.RESOLVE_BENEATH)) == 0) {
      throw new IllegalArgumentException(
          "openat2 is for paths that must not lead out of a folder: RESOLVE_IN_ROOT or"
              + " RESOLVE_BENEATH; any other is for openat");
    }
    CallMemory memory = CallMemory.get();
    MemorySegment how = memory.struct();
    how.set(JAVA_LONG, 0, flags | Fcntl.O_CLOEXEC);
    how.set(JAVA_LONG, 8, mode);
    how.set(JAVA_LONG, 16, resolve);
    long at = memory.structAddress();
    long result;
    do {
      result = restarting(SystemCall.OPENAT2, dir.number(), path, at, OPEN_HOW_SIZE, 0, 0);
    } while (result == -Errno.EAGAIN);
    if (lacks(SystemCall.OPENAT2, result)) {
      try (PathWalk walk = new PathWalk(this, dir, CallMemory.copyOf(path), flags, mode, resolve)) {
        return walk.open();
      }
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(
          SystemCall.OPENAT2, result, dir.number(), path, at, OPEN_HOW_SIZE, 0, 0);
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

  /** Makes a folder; returns false when there is something of that name. */
  public boolean mkdirat(Fd dir, Name path, int mode) {
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

  /** Removes a file or empty folder; returns false when there is nothing of that name. */
  public boolean unlinkat(Fd dir, Name path, int flags) {
    long p = CallMemory.get().path(path);
    return checkUnless(Errno.ENOENT, SystemCall.UNLINKAT, dir.number(), p, flags, 0, 0);
  }

  /**
   * Removes an empty folder.
   *
   * @return false when it is not empty
   * @throws LinuxException ENOENT too, and ENOTDIR
   */
  public boolean rmdir(Fd dir, Name path) {
    long p = CallMemory.get().path(path);
    return checkUnless(
        Errno.ENOTEMPTY, SystemCall.UNLINKAT, dir.number(), p, Fcntl.AT_REMOVEDIR, 0, 0);
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

  /** Makes a device, FIFO, socket or empty file by the exact bytes of its name. */
  public void mknodat(Fd dir, Name path, int mode, long device) {
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

  /** Makes a symbolic link of exact bytes. */
  public void symlinkat(Name target, Fd dir, Name path) {
    CallMemory memory = CallMemory.get();
    check(SystemCall.SYMLINKAT, memory.path(target), dir.number(), memory.secondPath(path), 0);
  }

  /**
   * Reads where a symbolic link points; EINVAL when the file is none.
   *
   * @return the target as text
   * @see <a href="https://man7.org/linux/man-pages/man2/readlinkat.2.html">readlinkat(2)</a>
   */
  public String readlinkat(Fd dir, String path) {
    CallMemory memory = CallMemory.get();
    long p = memory.path(path);
    MemorySegment target = memory.second();
    int length = readlinkat(dir, p, target);
    return Name.wrap(target, 0, length).toString();
  }

  /**
   * Reads the exact bytes that a symbolic link points to, without a terminating NUL.
   *
   * @param target PATH_MAX (4096) bytes take any link; a longer one is cut
   * @return how many bytes it has
   */
  public int readlinkat(Fd dir, Name path, MemorySegment target) {
    return readlinkat(dir, CallMemory.get().path(path), target);
  }

  private int readlinkat(Fd dir, long path, MemorySegment target) {
    long size = target.byteSize();
    long at = target.address();
    long length = restartingOn(target, SystemCall.READLINKAT, dir.number(), path, at, size, 0, 0);
    if (Errno.isError(length)) {
      throw LinuxException.of(SystemCall.READLINKAT, length, dir.number(), path, at, size, 0, 0);
    }
    return (int) length;
  }

  /**
   * Gives a file another name.
   *
   * @param flags RENAME_ bits of {@link Stat}
   * @return false when there is something of the new name and RENAME_NOREPLACE forbids to replace
   *     it
   * @see <a href="https://man7.org/linux/man-pages/man2/renameat2.2.html">renameat2(2)</a>
   */
  public boolean renameat2(Fd dir, String path, Fd newDir, String newPath, int flags) {
    CallMemory memory = CallMemory.get();
    return renameat2(dir, memory.path(path), newDir, memory.secondPath(newPath), flags);
  }

  /** Gives a file another name, both of exact bytes. */
  public boolean renameat2(Fd dir, Name path, Fd newDir, Name newPath, int flags) {
    CallMemory memory = CallMemory.get();
    return renameat2(dir, memory.path(path), newDir, memory.secondPath(newPath), flags);
  }

  private boolean renameat2(Fd dir, long path, Fd newDir, long newPath, int flags) {
    return checkUnless(
        Errno.EEXIST, SystemCall.RENAMEAT2, dir.number(), path, newDir.number(), newPath, flags);
  }

  /**
   * Makes a hard link. With an empty path and AT_EMPTY_PATH the link is to {@code dir} itself.
   *
   * @param flags AT_SYMLINK_FOLLOW, AT_EMPTY_PATH
   * @return false when there is something of the new name
   * @see <a href="https://man7.org/linux/man-pages/man2/linkat.2.html">linkat(2)</a>
   */
  public boolean linkat(Fd dir, String path, Fd newDir, String newPath, int flags) {
    CallMemory memory = CallMemory.get();
    return linkat(dir, memory.path(path), newDir, memory.secondPath(newPath), flags);
  }

  /** Makes a hard link, both names of exact bytes. */
  public boolean linkat(Fd dir, Name path, Fd newDir, Name newPath, int flags) {
    CallMemory memory = CallMemory.get();
    return linkat(dir, memory.path(path), newDir, memory.secondPath(newPath), flags);
  }

  private boolean linkat(Fd dir, long path, Fd newDir, long newPath, int flags) {
    return checkUnless(
        Errno.EEXIST, SystemCall.LINKAT, dir.number(), path, newDir.number(), newPath, flags);
  }

  /**
   * Reads entries of a folder; {@link FolderEntries} makes sense of them.
   *
   * @return bytes read, 0 at the end
   * @see <a href="https://man7.org/linux/man-pages/man2/getdents64.2.html">getdents64(2)</a>
   */
  long getdents64(Fd folder, MemorySegment buffer) {
    long size = buffer.byteSize();
    long at = buffer.address();
    long bytes = restartingOn(buffer, SystemCall.GETDENTS64, folder.number(), at, size, 0, 0, 0);
    if (Errno.isError(bytes)) {
      throw LinuxException.of(SystemCall.GETDENTS64, bytes, folder.number(), at, size, 0, 0, 0);
    }
    return bytes;
  }

  /**
   * Returns a second descriptor of the same open file, with CLOEXEC.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</a>, F_DUPFD_CLOEXEC
   */
  public Fd dup(Fd fd) {
    return open(SystemCall.FCNTL, fd.number(), Fcntl.F_DUPFD_CLOEXEC, 0, 0, 0);
  }
}
