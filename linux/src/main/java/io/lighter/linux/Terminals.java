package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * Terminals, and pairs of a terminal and the master that types into it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/pty.7.html">pty(7)</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/ioctl_tty.2.html">ioctl_tty(2)</a>
 */
public final class Terminals extends CallGroup {
  Terminals(SystemCalls calls) {
    super(calls);
  }

  /**
   * Makes a pair of the host's and returns its master, unlocked.
   *
   * @see <a href="https://man7.org/linux/man-pages/man4/pts.4.html">pts(4)</a>
   */
  public Fd openMaster() {
    return unlocked(
        new Files(calls).openat(Fd.WORKING_FOLDER, "/dev/ptmx", Fcntl.O_RDWR | Fcntl.O_NOCTTY, 0));
  }

  /**
   * Makes a pair of a devpts mount and returns its master, unlocked.
   *
   * @throws LinuxException EXDEV when something else is mounted over its {@code ptmx}
   */
  public Fd openMasterIn(Fd devpts) {
    long within = Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_XDEV;
    return unlocked(
        new Files(calls).openat2(devpts, "ptmx", Fcntl.O_RDWR | Fcntl.O_NOCTTY, 0, within));
  }

  private Fd unlocked(Fd master) {
    try {
      CallMemory memory = CallMemory.get();
      memory.struct().set(JAVA_INT, 0, 0);
      ioctl(master, Ioctl.TIOCSPTLCK, memory.structAddress());
    } catch (LinuxException e) {
      master.close();
      throw e;
    }
    return master;
  }

  /** Returns the number of a master's terminal, its name in the devpts mount. */
  public int number(Fd master) {
    CallMemory memory = CallMemory.get();
    MemorySegment number = memory.struct();
    ioctl(master, Ioctl.TIOCGPTN, memory.structAddress());
    return number.get(JAVA_INT, 0);
  }

  /**
   * Opens a master's terminal, whatever is mounted where its name would be. It does not become the
   * controlling terminal.
   */
  public Fd openPeer(Fd master) {
    int flags = Fcntl.O_RDWR | Fcntl.O_NOCTTY | Fcntl.O_CLOEXEC;
    return open(SystemCall.IOCTL, master.number(), Ioctl.TIOCGPTPEER, flags, 0, 0);
  }

  /** Returns whether a descriptor is a terminal. */
  public boolean isatty(Fd fd) {
    CallMemory memory = CallMemory.get();
    memory.zeroed(TerminalAttributes.SIZE_OF);
    long at = memory.structAddress();
    return checkUnless(Errno.ENOTTY, SystemCall.IOCTL, fd.number(), Ioctl.TCGETS, at, 0, 0);
  }

  /** Reads the attributes of a terminal, which of a pair are those of both ends. */
  public void attributes(Fd terminal, TerminalAttributes attributes) {
    ioctlOn(attributes, terminal, Ioctl.TCGETS, attributes.address());
  }

  /** Sets the attributes of a terminal at once. */
  public void setAttributes(Fd terminal, TerminalAttributes attributes) {
    ioctlOn(attributes, terminal, Ioctl.TCSETS, attributes.address());
  }

  /** Sets the attributes of a terminal when all that was printed is out. */
  public void setAttributesAfterOutput(Fd terminal, TerminalAttributes attributes) {
    ioctlOn(attributes, terminal, Ioctl.TCSETSW, attributes.address());
  }

  /** Returns the size of a terminal's window. */
  public WindowSize windowSize(Fd terminal) {
    CallMemory memory = CallMemory.get();
    MemorySegment size = memory.struct();
    ioctl(terminal, Ioctl.TIOCGWINSZ, memory.structAddress());
    return new WindowSize(
        Short.toUnsignedInt(size.get(JAVA_SHORT, 0)),
        Short.toUnsignedInt(size.get(JAVA_SHORT, 2)),
        Short.toUnsignedInt(size.get(JAVA_SHORT, 4)),
        Short.toUnsignedInt(size.get(JAVA_SHORT, 6)));
  }

  /** Sets the size of a terminal's window; its foreground processes get SIGWINCH if it changes. */
  public void setWindowSize(Fd terminal, WindowSize size) {
    CallMemory memory = CallMemory.get();
    MemorySegment struct = memory.struct();
    struct.set(JAVA_SHORT, 0, (short) size.rows());
    struct.set(JAVA_SHORT, 2, (short) size.columns());
    struct.set(JAVA_SHORT, 4, (short) size.xPixels());
    struct.set(JAVA_SHORT, 6, (short) size.yPixels());
    ioctl(terminal, Ioctl.TIOCSWINSZ, memory.structAddress());
  }

  /**
   * Makes a terminal the controlling one of this process' session, which it must lead.
   *
   * @throws LinuxException EPERM when it does not, or has one
   */
  public void setControlling(Fd terminal) {
    ioctl(terminal, Ioctl.TIOCSCTTY, 0);
  }

  private void ioctl(Fd terminal, int request, long argument) {
    checkRestarting(SystemCall.IOCTL, terminal.number(), request, argument, 0, 0, 0);
  }

  private void ioctlOn(Object memory, Fd terminal, int request, long argument) {
    int number = terminal.number();
    long result = restartingOn(memory, SystemCall.IOCTL, number, request, argument, 0, 0, 0);
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.IOCTL, result, number, request, argument, 0, 0, 0);
    }
  }
}
