package io.lighter.linux;

import org.jspecify.annotations.Nullable;

/**
 * Descriptors themselves: their flags, their numbers.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</a>
 */
public final class Descriptors extends CallGroup {
  /** The last of a range that has no end. */
  public static final int ALL = -1;

  Descriptors(SystemCalls calls) {
    super(calls);
  }

  /**
   * Takes over a descriptor that this process was started with, and has it closed on exec.
   *
   * @param number as an environment variable or an agreement says, such as 3
   * @throws LinuxException EBADF when there is none of that number
   */
  public Fd inherited(int number) {
    Fd fd = new Fd(calls, number);
    setCloseOnExec(fd, true);
    return fd;
  }

  /**
   * As {@link #inherited}, of a number that may not have been passed: what this process has opened
   * itself is closed on exec, which nothing is that came by one.
   *
   * @return null when there is none of that number, or it is this process' own
   */
  public @Nullable Fd inheritedIfPassed(int number) {
    long flags = restarting(SystemCall.FCNTL, number, Fcntl.F_GETFD, 0, 0, 0, 0);
    boolean ours = Errno.isError(flags) || (flags & Fcntl.FD_CLOEXEC) != 0;
    return ours ? null : inherited(number);
  }

  /** Returns the O_ flags of an open file; those of its opening, such as O_CREAT, are gone. */
  public int flags(Fd fd) {
    return (int) check(SystemCall.FCNTL, fd.number(), Fcntl.F_GETFL, 0, 0);
  }

  /** Lets reads and writes answer at once, or wait; for all duplicates of the descriptor too. */
  public void setNonBlocking(Fd fd, boolean nonBlocking) {
    int flags = flags(fd);
    int wanted = nonBlocking ? flags | Fcntl.O_NONBLOCK : flags & ~Fcntl.O_NONBLOCK;
    if (wanted != flags) {
      check(SystemCall.FCNTL, fd.number(), Fcntl.F_SETFL, wanted, 0);
    }
  }

  /** Returns whether the descriptor is closed when this process runs another program. */
  public boolean isCloseOnExec(Fd fd) {
    return (check(SystemCall.FCNTL, fd.number(), Fcntl.F_GETFD, 0, 0) & Fcntl.FD_CLOEXEC) != 0;
  }

  /** Lets a program that this process runs inherit the descriptor, or not. */
  public void setCloseOnExec(Fd fd, boolean close) {
    check(SystemCall.FCNTL, fd.number(), Fcntl.F_SETFD, close ? Fcntl.FD_CLOEXEC : 0, 0);
  }

  /**
   * Lets one descriptor stand for the file of another; what it stood for is closed.
   *
   * @param flags O_CLOEXEC or 0
   * @throws LinuxException EINVAL when both are one
   * @see <a href="https://man7.org/linux/man-pages/man2/dup.2.html">dup3(2)</a>
   */
  public void dup3(Fd from, Fd to, int flags) {
    checkRestarting(SystemCall.DUP3, from.number(), to.number(), flags, 0, 0, 0);
  }

  /**
   * Closes descriptors, or with CLOSE_RANGE_CLOEXEC marks them to be closed on exec. A JVM that
   * closes what it uses is lost: without that flag this is for numbers that are known to be free of
   * it.
   *
   * @param first the first number
   * @param last the last number, or {@link #ALL}
   * @param flags CLOSE_RANGE_ bits of {@link Fcntl}
   * @see <a href="https://man7.org/linux/man-pages/man2/close_range.2.html">close_range(2)</a>,
   *     Linux 5.9; CLOSE_RANGE_CLOEXEC 5.11
   */
  public void closeRange(int first, int last, int flags) {
    check(
        SystemCall.CLOSE_RANGE,
        Integer.toUnsignedLong(first),
        Integer.toUnsignedLong(last),
        flags,
        0);
  }
}
