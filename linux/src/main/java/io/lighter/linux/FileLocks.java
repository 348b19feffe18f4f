package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * Locks on whole files, of two kinds that do not see each other.
 *
 * <p>Those of {@link #tryLock} belong to a process, whichever of its threads took them, and tell
 * who has them. Children do not inherit them, also those that hold copies of the descriptor, and
 * the kernel gives them back when the process ends. They also end when the process closes
 * <em>any</em> descriptor of that file, and do not keep the process itself from locking the file
 * again.
 *
 * <p>Those of {@link #flock} belong to an open file: they keep threads out as well as processes.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fcntl_locking.2.html">fcntl_locking(2)</a>,
 *     traditional record locks
 */
public final class FileLocks extends CallGroup {
  /** Returned in place of a process id: nobody else has the lock. */
  public static final int NOBODY = -1;

  /** Returned in place of a process id: the process is of another pid namespace. */
  public static final int UNKNOWN = 0;

  /** Offsets in struct flock: {@code <asm-generic/fcntl.h>}; a length of 0 is to the end. */
  private static final int TYPE = 0;

  private static final int WHENCE = 2;
  private static final int START = 8;
  private static final int LENGTH = 16;
  private static final int PID = 24;

  private static final short F_WRLCK = 1;
  private static final short F_UNLCK = 2;

  FileLocks(SystemCalls calls) {
    super(calls);
  }

  /**
   * Takes the lock that one process can have.
   *
   * @param file open for writing
   * @return false when another process has it
   */
  public boolean tryLock(Fd file) {
    long at = write(F_WRLCK).address();
    return answer(Errno.EAGAIN, SystemCall.FCNTL, file.number(), Fcntl.F_SETLK, at, 0, 0, 0) >= 0;
  }

  /**
   * Returns which process has the lock: its id, {@link #UNKNOWN}, or {@link #NOBODY}; also when it
   * is this process.
   */
  public int holder(Fd file) {
    MemorySegment lock = write(F_WRLCK);
    check(SystemCall.FCNTL, file.number(), Fcntl.F_GETLK, lock.address(), 0);
    return lock.get(JAVA_SHORT, TYPE) == F_UNLCK ? NOBODY : Math.max(0, lock.get(JAVA_INT, PID));
  }

  /**
   * Takes or gives back a lock on an open file. It belongs to the open file description: whoever
   * opened the file again, in this process or another, is kept out, and the kernel gives the lock
   * back when the last descriptor of it is closed, however that comes about.
   *
   * @param operation LOCK_SH, LOCK_EX or LOCK_UN of {@link Fcntl}, with LOCK_NB not to wait
   * @return false when somebody else has the lock and LOCK_NB was given
   * @see <a href="https://man7.org/linux/man-pages/man2/flock.2.html">flock(2)</a>
   */
  public boolean flock(Fd fd, int operation) {
    long result = restarting(SystemCall.FLOCK, fd.number(), operation, 0, 0, 0, 0);
    if (result == -Errno.EAGAIN) {
      return false;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.FLOCK, result, fd.number(), operation, 0, 0, 0, 0);
    }
    return true;
  }

  private static MemorySegment write(short type) {
    MemorySegment lock = CallMemory.get().struct();
    lock.set(JAVA_SHORT, TYPE, type);
    lock.set(JAVA_SHORT, WHENCE, (short) Stat.SEEK_SET);
    lock.set(JAVA_LONG, START, 0);
    lock.set(JAVA_LONG, LENGTH, 0);
    lock.set(JAVA_INT, PID, 0);
    return lock;
  }
}
