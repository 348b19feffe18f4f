package io.lighter.linux;

import java.lang.foreign.MemorySegment;

/**
 * Extended attributes: of a descriptor (f), or of a name in a folder without following a symbolic
 * link (l).
 *
 * <p>The kernel refuses the f calls on a descriptor that was opened with O_PATH (EBADF); these are
 * done by its path in procfs then, which reaches the very same file, a symbolic link included. The
 * l calls take no folder; the path goes through procfs too: {@code /proc/self/fd/N/name}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/xattr.7.html">xattr(7)</a>
 */
public final class Xattrs extends CallGroup {
  /**
   * Answer of a get or removal: the file has no such attribute, or lies on a file system that has
   * none of its kind (ENODATA, EOPNOTSUPP).
   */
  public static final int ABSENT = -1;

  /** Answer of a get or list: the memory is too small (ERANGE); empty memory asks for the size. */
  public static final int TOO_SMALL = -2;

  /** The largest value and the longest list that Linux has, in bytes: {@code <linux/limits.h>}. */
  public static final int MAX_SIZE = 65536;

  public static final int XATTR_CREATE = 1;
  public static final int XATTR_REPLACE = 2;

  Xattrs(SystemCalls calls) {
    super(calls);
  }

  /**
   * Reads an attribute.
   *
   * @param attribute with its namespace: {@code trusted.overlay.opaque}
   * @param value where it goes; of zero bytes to ask for the size
   * @return the size of the value, {@link #ABSENT} or {@link #TOO_SMALL}
   * @see <a href="https://man7.org/linux/man-pages/man2/getxattr.2.html">getxattr(2)</a>
   */
  public int fgetxattr(Fd fd, String attribute, MemorySegment value) {
    CallMemory memory = CallMemory.get();
    long a = memory.secondPath(attribute);
    return get(SystemCall.FGETXATTR, SystemCall.GETXATTR, fd, a, value);
  }

  /** Reads an attribute by the exact bytes of its name. */
  public int fgetxattr(Fd fd, Name attribute, MemorySegment value) {
    CallMemory memory = CallMemory.get();
    long a = memory.secondPath(attribute);
    return get(SystemCall.FGETXATTR, SystemCall.GETXATTR, fd, a, value);
  }

  /** Reads an attribute of a name in a folder; a symbolic link is not followed. */
  public int lgetxattr(Fd dir, Name name, String attribute, MemorySegment value) {
    CallMemory memory = CallMemory.get();
    long a = memory.secondPath(attribute);
    return get(SystemCall.LGETXATTR, memory.pathIn(dir, name), a, value);
  }

  private int get(SystemCall byFd, SystemCall byPath, Fd fd, long attribute, MemorySegment value) {
    long size = value.byteSize();
    long result = restartingOn(value, byFd, fd.number(), attribute, value.address(), size, 0, 0);
    if (result == -Errno.EBADF) {
      return get(byPath, CallMemory.get().pathOf(fd), attribute, value);
    }
    return answer(byFd, result, fd.number(), attribute, value);
  }

  private int get(SystemCall call, long path, long attribute, MemorySegment value) {
    long size = value.byteSize();
    long result = restartingOn(value, call, path, attribute, value.address(), size, 0, 0);
    return answer(call, result, path, attribute, value);
  }

  private static int answer(
      SystemCall call, long result, long file, long attribute, MemorySegment value) {
    if (result == -Errno.ENODATA || result == -Errno.EOPNOTSUPP) {
      return ABSENT;
    }
    if (result == -Errno.ERANGE) {
      return TOO_SMALL;
    }
    if (Errno.isError(result)) {
      long size = value.byteSize();
      throw LinuxException.of(call, result, file, attribute, value.address(), size, 0, 0);
    }
    return (int) result;
  }

  /**
   * Sets an attribute.
   *
   * @param flags XATTR_CREATE, XATTR_REPLACE or 0 for either
   * @return false when XATTR_CREATE finds it or XATTR_REPLACE does not
   * @throws LinuxException EOPNOTSUPP where the file system has no such attributes
   * @see <a href="https://man7.org/linux/man-pages/man2/setxattr.2.html">setxattr(2)</a>
   */
  public boolean fsetxattr(Fd fd, String attribute, MemorySegment value, int flags) {
    long a = CallMemory.get().secondPath(attribute);
    return set(fd, a, value, flags);
  }

  /** Sets an attribute by the exact bytes of its name. */
  public boolean fsetxattr(Fd fd, Name attribute, MemorySegment value, int flags) {
    long a = CallMemory.get().secondPath(attribute);
    return set(fd, a, value, flags);
  }

  private boolean set(Fd fd, long attribute, MemorySegment value, int flags) {
    long at = value.address();
    long size = value.byteSize();
    int number = fd.number();
    long result = restartingOn(value, SystemCall.FSETXATTR, number, attribute, at, size, flags, 0);
    if (result == -Errno.EBADF) {
      return set(SystemCall.SETXATTR, CallMemory.get().pathOf(fd), attribute, value, flags);
    }
    return wasSet(SystemCall.FSETXATTR, result, number, attribute, value, flags);
  }

  /** Sets an attribute of a name in a folder; a symbolic link is not followed. */
  public boolean lsetxattr(Fd dir, Name name, String attribute, MemorySegment value, int flags) {
    CallMemory memory = CallMemory.get();
    long a = memory.secondPath(attribute);
    return set(SystemCall.LSETXATTR, memory.pathIn(dir, name), a, value, flags);
  }

  private boolean set(SystemCall call, long path, long attribute, MemorySegment value, int flags) {
    long size = value.byteSize();
    long result = restartingOn(value, call, path, attribute, value.address(), size, flags, 0);
    return wasSet(call, result, path, attribute, value, flags);
  }

  private static boolean wasSet(
      SystemCall call, long result, long file, long attribute, MemorySegment value, int flags) {
    if (result == -Errno.EEXIST || result == -Errno.ENODATA) {
      return false;
    }
    if (Errno.isError(result)) {
      long size = value.byteSize();
      throw LinuxException.of(call, result, file, attribute, value.address(), size, flags, 0);
    }
    return true;
  }

  /**
   * Lists the attributes: names, each with a NUL after it.
   *
   * @return the size of the list, 0 when there are none, or {@link #TOO_SMALL}
   * @see <a href="https://man7.org/linux/man-pages/man2/listxattr.2.html">listxattr(2)</a>
   */
  public int flistxattr(Fd fd, MemorySegment list) {
    long size = list.byteSize();
    long at = list.address();
    long result = restartingOn(list, SystemCall.FLISTXATTR, fd.number(), at, size, 0, 0, 0);
    if (result == -Errno.EBADF) {
      return list(SystemCall.LISTXATTR, CallMemory.get().pathOf(fd), list);
    }
    return listed(SystemCall.FLISTXATTR, result, fd.number(), list);
  }

  /** Lists the attributes of a name in a folder; a symbolic link is not followed. */
  public int llistxattr(Fd dir, Name name, MemorySegment list) {
    return list(SystemCall.LLISTXATTR, CallMemory.get().pathIn(dir, name), list);
  }

  private int list(SystemCall call, long path, MemorySegment list) {
    long result = restartingOn(list, call, path, list.address(), list.byteSize(), 0, 0, 0);
    return listed(call, result, path, list);
  }

  private static int listed(SystemCall call, long result, long file, MemorySegment list) {
    if (result == -Errno.EOPNOTSUPP) {
      return 0;
    }
    if (result == -Errno.ERANGE) {
      return TOO_SMALL;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(call, result, file, list.address(), list.byteSize(), 0, 0, 0);
    }
    return (int) result;
  }

  /**
   * Removes an attribute.
   *
   * @return false when there is none of that name
   * @see <a href="https://man7.org/linux/man-pages/man2/removexattr.2.html">removexattr(2)</a>
   */
  public boolean fremovexattr(Fd fd, String attribute) {
    CallMemory memory = CallMemory.get();
    long a = memory.secondPath(attribute);
    int number = fd.number();
    long result = calls.call(SystemCall.FREMOVEXATTR, number, a, 0, 0, 0, 0);
    if (result == -Errno.EBADF) {
      long path = memory.pathOf(fd);
      return checkUnless(Errno.ENODATA, SystemCall.REMOVEXATTR, path, a, 0, 0, 0);
    }
    if (result == -Errno.ENODATA) {
      return false;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.FREMOVEXATTR, result, number, a, 0, 0, 0, 0);
    }
    return true;
  }

  /** Removes an attribute of a name in a folder; a symbolic link is not followed. */
  public boolean lremovexattr(Fd dir, Name name, String attribute) {
    CallMemory memory = CallMemory.get();
    long a = memory.secondPath(attribute);
    long path = memory.pathIn(dir, name);
    return checkUnless(Errno.ENODATA, SystemCall.LREMOVEXATTR, path, a, 0, 0, 0);
  }
}
