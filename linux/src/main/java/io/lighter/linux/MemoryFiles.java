package io.lighter.linux;

/**
 * Files that lie in memory and have no name in any folder.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/memfd_create.2.html">memfd_create(2)</a>
 */
public final class MemoryFiles extends CallGroup {
  public static final int MFD_ALLOW_SEALING = 2;
  public static final int MFD_HUGETLB = 4;

  /** Since Linux 6.3. */
  public static final int MFD_NOEXEC_SEAL = 8;

  /** Since Linux 6.3. */
  public static final int MFD_EXEC = 16;

  public static final int F_SEAL_SEAL = 1;
  public static final int F_SEAL_SHRINK = 2;
  public static final int F_SEAL_GROW = 4;
  public static final int F_SEAL_WRITE = 8;
  public static final int F_SEAL_FUTURE_WRITE = 16;

  /** Since Linux 6.3. */
  public static final int F_SEAL_EXEC = 32;

  private static final int MFD_CLOEXEC = 1;

  MemoryFiles(SystemCalls calls) {
    super(calls);
  }

  /**
   * Makes an empty file.
   *
   * @param name shown in {@code /proc/self/fd}, at most 249 bytes; many files may have the same
   * @param flags MFD_ bits; MFD_CLOEXEC is added
   */
  public Fd create(String name, int flags) {
    return open(SystemCall.MEMFD_CREATE, CallMemory.get().path(name), flags | MFD_CLOEXEC, 0, 0, 0);
  }

  /**
   * Forbids changes of a file that MFD_ALLOW_SEALING was given for, for good.
   *
   * @param seals F_SEAL_ bits
   * @throws LinuxException EPERM after F_SEAL_SEAL, EBUSY when it is mapped for writing
   * @see <a href="https://man7.org/linux/man-pages/man2/F_GET_SEALS.2const.html">F_ADD_SEALS(2)</a>
   */
  public void addSeals(Fd file, int seals) {
    check(SystemCall.FCNTL, file.number(), Fcntl.F_ADD_SEALS, seals, 0);
  }

  /** Returns the F_SEAL_ bits of a file. */
  public int seals(Fd file) {
    return (int) check(SystemCall.FCNTL, file.number(), Fcntl.F_GET_SEALS, 0, 0);
  }

  /**
   * Maps a file for reading and writing, shared with whoever else maps it.
   *
   * @param size in bytes, at least 1 and at most what the file has
   */
  public SharedMemory map(Fd file, long size) {
    return SharedMemory.map(calls, file, size);
  }
}
