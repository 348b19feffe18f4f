package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How processes have ended, for whoever has a descriptor of one and need not be its parent. Nothing
 * is reaped.
 *
 * <p>Safe for use by many threads.
 */
public final class ExitReports extends CallGroup {
  /** Asks for, and says that there is, the exit code: {@code <linux/pidfd.h>}, Linux 6.15. */
  private static final long PIDFD_INFO_EXIT = 1 << 3;

  /** Bytes of the first version of struct pidfd_info, and the offset of its exit code. */
  private static final int INFO_SIZE = 64;

  private static final int EXIT_CODE = 60;

  /** Fields behind the name in {@code /proc/PID/stat}: the state first, the exit code last. */
  private static final int STATE = 0;

  private static final int STAT_EXIT_CODE = 49;

  /** What wait(2) stores: bits of the signal, of the core, and of the code. */
  private static final int SIGNAL = 0x7f;

  private static final int CORE = 0x80;
  private static final int CODE_SHIFT = 8;
  private static final int CODE = 0xff;

  private final Processes processes;

  ExitReports(SystemCalls calls, Processes processes) {
    super(calls);
    this.processes = processes;
  }

  /**
   * Returns how a process ended: null while it runs, and when nobody knows any more. That is so of
   * a process that its parent has reaped, before Linux 6.15.
   *
   * @param process opened while it was there
   * @see <a href="https://man7.org/linux/man-pages/man2/PIDFD_GET_INFO.2const.html">
   *     PIDFD_GET_INFO(2const)</a>
   */
  public @Nullable ExitStatus of(PidFd process) {
    ExitStatus reaped = ofReaped(process);
    if (reaped != null) {
      return reaped;
    }
    ExitStatus waiting = ofZombie(process.pid());
    if (waiting != null && processes.signal(process, 0)) {
      return waiting; // it is still there: what was read is about no stranger of the same number
    }
    return ofReaped(process);
  }

  private @Nullable ExitStatus ofReaped(PidFd process) {
    CallMemory memory = CallMemory.get();
    MemorySegment info = memory.zeroed(INFO_SIZE);
    info.set(JAVA_LONG, 0, PIDFD_INFO_EXIT);
    long at = memory.structAddress();
    long result = calls.call(SystemCall.IOCTL, process.number(), Ioctl.PIDFD_GET_INFO, at, 0, 0, 0);
    // ENOTTY and EINVAL of a kernel that has not got it, ESRCH of one that has not got the code.
    boolean known = result == 0 && (info.get(JAVA_LONG, 0) & PIDFD_INFO_EXIT) != 0;
    return known ? decode(info.get(JAVA_INT, EXIT_CODE)) : null;
  }

  /** Of one that has ended and waits to be reaped: proc_pid_stat(5). */
  private static @Nullable ExitStatus ofZombie(int pid) {
    String text;
    try (FileInputStream file = new FileInputStream("/proc/" + pid + "/stat")) {
      text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return null;
    }
    // The name may hold anything, parentheses too, but only the last one ends it.
    String[] fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" ", -1);
    boolean zombie = fields.length > STAT_EXIT_CODE && fields[STATE].equals("Z");
    return zombie ? decode(Integer.parseInt(fields[STAT_EXIT_CODE])) : null;
  }

  private static ExitStatus decode(int status) {
    return new ExitStatus((status >> CODE_SHIFT) & CODE, status & SIGNAL, (status & CORE) != 0);
  }
}
