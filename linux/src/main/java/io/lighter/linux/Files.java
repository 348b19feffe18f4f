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

  /** The most that one call copies: {@code MAX_RW_COUNT} of the kernel, rounded to a page. */
  private static final long COPY_AT_ONCE = 0x7ffff000L;

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
   * or mount beside the resolution causes, is tried again.
   *
   * @param mode permission bits of a file that O_CREAT makes, otherwise 0
   * @param resolve RESOLVE_ bits of {@link Fcntl}
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
   * Tells all about a file. A symbolic link is followed unless AT_SYMLINK_NOFOLLOW says otherwise.
   *
   * @param flags AT_ bits of {@link Fcntl}
   * @return false when there is nothing of that name; the status is all zero then
   * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
   */
  public boolean statx(Fd dir, String path, int flags, FileStatus status) {
    return statx(dir, CallMemory.get().path(path), flags, status);
  }

  /** Tells all about a file by the exact bytes of its name. */
  public boolean statx(Fd dir, Name path, int flags, FileStatus status) {
    return statx(dir, CallMemory.get().path(path), flags, status);
  }

  /** Tells all about an open file, one that is open with O_PATH included. */
  public void statx(Fd fd, FileStatus status) {
    statx(fd, CallMemory.get().path(""), Fcntl.AT_EMPTY_PATH, status);
  }

  private boolean statx(Fd dir, long path, int flags, FileStatus status) {
    int mask = Stat.STATX_BASIC_STATS | Stat.STATX_MNT_ID;
    long at = status.address();
    long result = restartingOn(status, SystemCall.STATX, dir.number(), path, flags, mask, at, 0);
    if (result == -Errno.ENOENT) {
      status.clear();
      return false;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.STATX, result, dir.number(), path, flags, mask, at, 0);
    }
    return true;
  }

  /**
   * Asks whether this process may use a file, by its real ids unless AT_EACCESS.
   *
   * @param mode F_OK or bits of R_OK, W_OK and X_OK of {@link Stat}
   * @param flags AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH
   * @return false on EACCES and ENOENT
   * @see <a href="https://man7.org/linux/man-pages/man2/faccessat2.2.html">faccessat2(2)</a>, Linux
   *     5.8
   */
  public boolean faccessat2(Fd dir, String path, int mode, int flags) {
    long p = CallMemory.get().path(path);
    long result = calls.call(SystemCall.FACCESSAT2, dir.number(), p, mode, flags, 0, 0);
    if (result == -Errno.EACCES || result == -Errno.ENOENT) {
      return false;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.FACCESSAT2, result, dir.number(), p, mode, flags, 0, 0);
    }
    return true;
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
   * Changes the permissions of an open file. One that is open with O_PATH, which the kernel refuses
   * (EBADF), is reached by its path in procfs, since fchmodat2 came with Linux 6.6 only.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/fchmod.2.html">fchmod(2)</a>
   */
  public void fchmod(Fd fd, int mode) {
    if (!checkUnless(Errno.EBADF, SystemCall.FCHMOD, fd.number(), mode, 0, 0, 0)) {
      check(SystemCall.FCHMODAT, Fcntl.AT_FDCWD, CallMemory.get().pathOf(fd), mode, 0);
    }
  }

  /**
   * Changes the permissions of a file and follows a symbolic link.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/fchmodat.2.html">fchmodat(2)</a>
   */
  public void fchmodat(Fd dir, String path, int mode) {
    check(SystemCall.FCHMODAT, dir.number(), CallMemory.get().path(path), mode, 0);
  }

  /** Changes the permissions of a file and follows a symbolic link; the name is exact bytes. */
  public void fchmodat(Fd dir, Name path, int mode) {
    check(SystemCall.FCHMODAT, dir.number(), CallMemory.get().path(path), mode, 0);
  }

  /**
   * Changes the owner of an open file.
   *
   * @param uid the new owner, -1 to leave it
   * @param gid the new group, -1 to leave it
   * @see <a href="https://man7.org/linux/man-pages/man2/fchown.2.html">fchown(2)</a>
   */
  public void fchown(Fd file, long uid, long gid) {
    check(SystemCall.FCHOWN, file.number(), uid, gid, 0);
  }

  /**
   * Changes owner and group.
   *
   * @param uid 0 to 2^32-2, or -1 to leave it
   * @param gid 0 to 2^32-2, or -1 to leave it
   * @param flags AT_SYMLINK_NOFOLLOW; with AT_EMPTY_PATH and an empty path that of {@code dir}
   * @see <a href="https://man7.org/linux/man-pages/man2/fchownat.2.html">fchownat(2)</a>
   */
  public void fchownat(Fd dir, String path, long uid, long gid, int flags) {
    long p = CallMemory.get().path(path);
    check(SystemCall.FCHOWNAT, dir.number(), p, uid, gid, flags, 0);
  }

  /** Changes owner and group by the exact bytes of a name. */
  public void fchownat(Fd dir, Name path, long uid, long gid, int flags) {
    long p = CallMemory.get().path(path);
    check(SystemCall.FCHOWNAT, dir.number(), p, uid, gid, flags, 0);
  }

  /**
   * Sets the times of reading and change.
   *
   * @param atimeNanos 0 to 999,999,999, or UTIME_NOW or UTIME_OMIT of {@link Stat}
   * @param mtimeNanos as {@code atimeNanos}
   * @param flags AT_SYMLINK_NOFOLLOW; with AT_EMPTY_PATH (Linux 5.8) and an empty path of {@code
   *     dir}
   * @see <a href="https://man7.org/linux/man-pages/man2/utimensat.2.html">utimensat(2)</a>
   */
  public void utimensat(
      Fd dir,
      String path,
      long atimeSeconds,
      long atimeNanos,
      long mtimeSeconds,
      long mtimeNanos,
      int flags) {
    long times = times(atimeSeconds, atimeNanos, mtimeSeconds, mtimeNanos);
    long p = CallMemory.get().path(path);
    check(SystemCall.UTIMENSAT, dir.number(), p, times, flags);
  }

  /** Sets the times of reading and change by the exact bytes of a name. */
  public void utimensat(
      Fd dir,
      Name path,
      long atimeSeconds,
      long atimeNanos,
      long mtimeSeconds,
      long mtimeNanos,
      int flags) {
    long times = times(atimeSeconds, atimeNanos, mtimeSeconds, mtimeNanos);
    long p = CallMemory.get().path(path);
    check(SystemCall.UTIMENSAT, dir.number(), p, times, flags);
  }

  private static long times(long aSeconds, long aNanos, long mSeconds, long mNanos) {
    CallMemory memory = CallMemory.get();
    MemorySegment times = memory.struct();
    times.set(JAVA_LONG, 0, aSeconds);
    times.set(JAVA_LONG, 8, aNanos);
    times.set(JAVA_LONG, 16, mSeconds);
    times.set(JAVA_LONG, 24, mNanos);
    return memory.structAddress();
  }

  /**
   * Returns a second descriptor of the same open file, with CLOEXEC.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</a>, F_DUPFD_CLOEXEC
   */
  public Fd dup(Fd fd) {
    return open(SystemCall.FCNTL, fd.number(), Fcntl.F_DUPFD_CLOEXEC, 0, 0, 0);
  }

  /**
   * Tells about the file system of an open file.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/fstatfs.2.html">fstatfs(2)</a>
   */
  public void fstatfs(Fd fd, FileSystemStatus status) {
    long at = status.address();
    long result = restartingOn(status, SystemCall.FSTATFS, fd.number(), at, 0, 0, 0, 0);
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.FSTATFS, result, fd.number(), at, 0, 0, 0, 0);
    }
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
    long at = buffer.address();
    long size = buffer.byteSize();
    long result = restartingOn(buffer, SystemCall.WRITE, fd.number(), at, size, 0, 0, 0);
    if (result == -Errno.EAGAIN) {
      return -1;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.WRITE, result, fd.number(), at, size, 0, 0, 0);
    }
    return result;
  }
}
