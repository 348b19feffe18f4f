package io.lighter.linux;

import java.io.IOException;
import java.nio.file.Path;
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
   * As {@link #inherited}, of a number that may not have been passed to this process.
   *
   * <p>Ask in ascending order from 3 and stop at the first that was not: a JVM opens its jars
   * without CLOEXEC, which cannot be told from what was passed. But the first file that it keeps
   * open is its {@code lib/modules}, which so has the lowest number that was free.
   *
   * @return null when there is none of that number, or it is the JVM's own
   */
  public @Nullable Fd inheritedIfPassed(int number) {
    long flags = restarting(SystemCall.FCNTL, number, Fcntl.F_GETFD, 0, 0, 0, 0);
    boolean ours =
        Errno.isError(flags) || (flags & Fcntl.FD_CLOEXEC) != 0 || isModulesOfJvm(number);
    return ours ? null : inherited(number);
  }

  private static boolean isModulesOfJvm(int number) {
    Path modules = Path.of(System.getProperty("java.home"), "lib", "modules");
    try {
      return java.nio.file.Files.isSameFile(Path.of("/proc/self/fd", "" + number), modules);
    } catch (IOException e) {
      return false; // a JDK that has no such file, or a descriptor that is no file
    }
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
