package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * Pipes, and moving data through them without copying it into the process.
 *
 * <p>The three moves return the number of bytes; 0 at the end of the input; {@link #AGAIN} when a
 * descriptor is non-blocking, or SPLICE_F_NONBLOCK is given, and nothing can be moved now.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/pipe.7.html">pipe(7)</a>
 */
public final class Pipes extends CallGroup {
  /** Answer of a move that would have to wait. */
  public static final long AGAIN = -1;

  public static final int SPLICE_F_MOVE = 1;
  public static final int SPLICE_F_NONBLOCK = 2;
  public static final int SPLICE_F_MORE = 4;

  Pipes(SystemCalls calls) {
    super(calls);
  }

  /**
   * Makes a pipe.
   *
   * @param flags O_NONBLOCK, O_DIRECT for packets, or 0; O_CLOEXEC is added
   * @see <a href="https://man7.org/linux/man-pages/man2/pipe.2.html">pipe2(2)</a>
   */
  public Pipe create(int flags) {
    CallMemory memory = CallMemory.get();
    MemorySegment ends = memory.struct();
    check(SystemCall.PIPE2, memory.structAddress(), flags | Fcntl.O_CLOEXEC);
    return new Pipe(
        new Fd(calls, ends.get(JAVA_INT, 0)), new Fd(calls, ends.get(JAVA_INT, Integer.BYTES)));
  }

  /**
   * Sets how much a pipe holds before its writer waits.
   *
   * @param bytes rounded up to a page, and to a power of two
   * @return what it holds now
   * @throws LinuxException EPERM beyond {@code /proc/sys/fs/pipe-max-size} (1 MiB) without
   *     CAP_SYS_RESOURCE; EBUSY when it holds more than that now
   * @see <a href="https://man7.org/linux/man-pages/man2/F_GETPIPE_SZ.2const.html">
   *     F_SETPIPE_SZ(2)</a>
   */
  public int setSize(Fd pipe, int bytes) {
    return (int) check(SystemCall.FCNTL, pipe.number(), Fcntl.F_SETPIPE_SZ, bytes, 0);
  }

  /** Returns how many bytes a pipe holds before its writer waits. */
  public int size(Fd pipe) {
    return (int) check(SystemCall.FCNTL, pipe.number(), Fcntl.F_GETPIPE_SZ, 0, 0);
  }

  /**
   * Moves data from or to a pipe; one of the two is one.
   *
   * @param length the most that is moved
   * @see <a href="https://man7.org/linux/man-pages/man2/splice.2.html">splice(2)</a>
   */
  public long splice(Fd in, Fd out, long length, int flags) {
    return moved(
        answer(Errno.EAGAIN, SystemCall.SPLICE, in.number(), 0, out.number(), 0, length, flags));
  }

  /**
   * Moves data from a pipe to a place in a file. What is in the file afterwards has left the pipe,
   * and nothing else has, even when the caller is killed meanwhile.
   *
   * @param file without O_APPEND; its own offset stays as it is
   * @param offset where in the file
   * @return how many bytes were moved, 0 at the end of the pipe, or {@link #AGAIN}
   * @throws LinuxException ENOSPC when the disk had no room for any of them; EINVAL when the file
   *     system cannot do it
   */
  public long spliceTo(Fd pipe, Fd file, long offset, long length, int flags) {
    CallMemory memory = CallMemory.get();
    memory.struct().set(JAVA_LONG, 0, offset);
    long at = memory.structAddress();
    return moved(
        answer(
            Errno.EAGAIN, SystemCall.SPLICE, pipe.number(), 0, file.number(), at, length, flags));
  }

  /**
   * Returns how many bytes a pipe holds now.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/FIONREAD.2const.html">FIONREAD(2)</a>
   */
  public int held(Fd pipe) {
    CallMemory memory = CallMemory.get();
    check(SystemCall.IOCTL, pipe.number(), Ioctl.FIONREAD, memory.structAddress(), 0);
    return memory.struct().get(JAVA_INT, 0);
  }

  /**
   * Duplicates data of a pipe into another and leaves it where it is.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/tee.2.html">tee(2)</a>
   */
  public long tee(Fd in, Fd out, long length, int flags) {
    return moved(
        answer(Errno.EAGAIN, SystemCall.TEE, in.number(), out.number(), length, flags, 0, 0));
  }

  /**
   * Puts memory into a pipe without copying it: it must stay as it is until it has been read.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/vmsplice.2.html">vmsplice(2)</a>
   */
  public long vmsplice(Fd pipe, MemorySegment data, int flags) {
    CallMemory memory = CallMemory.get();
    MemorySegment vector = memory.struct();
    vector.set(JAVA_LONG, 0, data.address());
    vector.set(JAVA_LONG, Long.BYTES, data.byteSize());
    long at = memory.structAddress();
    return moved(
        answerOn(data, Errno.EAGAIN, SystemCall.VMSPLICE, pipe.number(), at, 1, flags, 0, 0));
  }

  private static long moved(long result) {
    return result == -Errno.EAGAIN ? AGAIN : result;
  }
}
