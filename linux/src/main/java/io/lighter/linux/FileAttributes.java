package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/** The calls of {@link Files} on what is known about a file: owner, permissions, times. */
abstract class FileAttributes extends FileContents {
  FileAttributes(SystemCalls calls) {
    super(calls);
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
    if (lacks(SystemCall.FACCESSAT2, result)) {
      result = faccessat(dir, p, mode, flags);
    }
    if (result == -Errno.EACCES || result == -Errno.ENOENT) {
      return false;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.FACCESSAT2, result, dir.number(), p, mode, flags, 0, 0);
    }
    return true;
  }

  /** What there was before faccessat2: it takes no flags, and an open file by its path only. */
  private long faccessat(Fd dir, long path, int mode, int flags) {
    if (flags == Fcntl.AT_EMPTY_PATH) {
      long itself = CallMemory.get().pathOf(dir);
      return calls.call(SystemCall.FACCESSAT, Fcntl.AT_FDCWD, itself, mode, 0, 0, 0);
    }
    return flags == 0
        ? calls.call(SystemCall.FACCESSAT, dir.number(), path, mode, 0, 0, 0)
        : -Errno.ENOSYS;
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
}
