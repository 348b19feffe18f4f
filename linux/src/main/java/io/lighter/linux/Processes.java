package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Processes: launching, waiting, signalling, namespaces. */
public final class Processes extends CallGroup {
  private static final int P_PID = 1;
  private static final int P_PIDFD = 3;
  private static final int WNOHANG = 1;
  private static final int WEXITED = 4;

  /** Bytes of siginfo_t, and offsets in it: {@code <asm-generic/siginfo.h>}, 64-bit. */
  private static final int SIGINFO_SIZE = 128;

  private static final int SI_CODE = 8;
  private static final int SI_PID = 16;
  private static final int SI_STATUS = 24;
  private static final int CLD_EXITED = 1;
  private static final int CLD_DUMPED = 3;

  private final ProcessFolders folders;

  Processes(SystemCalls calls) {
    super(calls);
    this.folders = new ProcessFolders(calls);
  }

  /**
   * Returns an arena for images whose children are born with these flags, and may be launched by
   * any thread: without CLONE_VM a child has a copy of all memory but of this.
   *
   * @param cloneFlags CLONE_ bits of {@link Sched}
   */
  public Arena launchArena(long cloneFlags) {
    return (cloneFlags & Sched.CLONE_VM) != 0 ? Arena.ofShared() : new CommonArena(calls);
  }

  /**
   * Clones a child that walks a launch program. {@link LaunchImage#failure()} says afterwards
   * whether it reached its exec; whichever it did, the child must be waited for.
   *
   * @throws LinuxException when clone3 (clone where there is none) itself fails; there is no child
   *     then
   * @see <a href="https://man7.org/linux/man-pages/man2/clone.2.html">clone3(2)</a>
   */
  public PidFd launch(LaunchImage image) {
    if (image.program().usesSpareDescriptor()) {
      requireSpareDescriptor();
    }
    image.reset();
    LaunchImage.Birth birth = image.birth();
    long pid =
        birth.call() == SystemCall.CLONE3 ? calls.launch(image) : launchWithoutSignals(image);
    if (Errno.isError(pid)) {
      throw LinuxException.of(
          birth.call(), pid, birth.first(), birth.second(), birth.third(), 0, 0, 0);
    }
    return new PidFd(calls, image.pidFd(), (int) pid);
  }

  private static void requireSpareDescriptor() {
    String[] open = Objects.requireNonNullElse(new File("/proc/self/fd").list(), new String[0]);
    for (String number : open) {
      if (Integer.parseInt(number) >= LaunchProgram.SPARE_DESCRIPTOR) {
        throw new UnsupportedOperationException(
            "this process has descriptor "
                + number
                + " open, and without close_range(2) and mount_setattr(2) no more than "
                + LaunchProgram.SPARE_DESCRIPTOR
                + " are closed in a child: "
                + MissingCalls.why(SystemCall.MOUNT_SETATTR));
      }
    }
  }

  /**
   * Clones by clone(2), with the signals blocked that others send: {@link OldBirth} says why. Those
   * that a thread raises itself stay, because the JVM's own code does, and would be killed by them.
   */
  private long launchWithoutSignals(LaunchImage image) {
    CallMemory memory = CallMemory.get();
    memory
        .struct()
        .set(
            JAVA_LONG,
            0,
            ~SignalFds.mask(
                Signals.SIGSEGV, Signals.SIGBUS, Signals.SIGFPE, Signals.SIGILL, Signals.SIGTRAP));
    int size = Signals.SIGSET_SIZE;
    long mask = image.mask();
    check(SystemCall.RT_SIGPROCMASK, Signals.SIG_SETMASK, memory.structAddress(), mask, size);
    try {
      return calls.launch(image);
    } finally {
      check(SystemCall.RT_SIGPROCMASK, Signals.SIG_SETMASK, mask, 0, size);
    }
  }

  /**
   * Returns the child of a launch that another thread is still at, because CLONE_VFORK lets that
   * sleep until the child's exec. Null before the child is born, and for ever when it never is.
   *
   * <p>To be asked once for each launch: every answer closes the same descriptor.
   */
  public @Nullable PidFd born(LaunchImage image) {
    int pid = image.birth().call() == SystemCall.CLONE3 ? image.pid() : pidOf(image.pidFd());
    return pid == 0 ? null : new PidFd(calls, image.pidFd(), pid);
  }

  /**
   * The process behind a pidfd, which is all that clone(2) tells of a child: 0 when there is none
   * yet. See proc(5), fdinfo.
   */
  private static int pidOf(int pidFd) {
    try (var lines =
        java.nio.file.Files.lines(java.nio.file.Path.of("/proc/self/fdinfo/" + pidFd))) {
      return lines
          .filter(line -> line.startsWith("Pid:"))
          .mapToInt(line -> Integer.parseInt(line.substring("Pid:".length()).strip()))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0; // the number is there before the descriptor is
    }
  }

  /**
   * Waits until a child ends, and reaps it.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/waitid.2.html">waitid(2)</a>
   */
  public ExitStatus waitFor(PidFd child) {
    return ended(waitid(child, WEXITED, null));
  }

  /** Waits until a child ends, reaps it, and tells what it used. */
  public ExitStatus waitFor(PidFd child, ResourceUsage usage) {
    return ended(waitid(child, WEXITED, usage));
  }

  private static ExitStatus ended(@Nullable ExitStatus status) {
    if (status == null) {
      throw new AssertionError("waitid without WNOHANG returned without a child");
    }
    return status;
  }

  /** Reaps a child that has ended; returns null when it still runs. */
  public @Nullable ExitStatus reap(PidFd child) {
    return waitid(child, WEXITED | WNOHANG, null);
  }

  /** Reaps a child that has ended and tells what it used; returns null when it still runs. */
  public @Nullable ExitStatus reap(PidFd child, ResourceUsage usage) {
    return waitid(child, WEXITED | WNOHANG, usage);
  }

  private @Nullable ExitStatus waitid(PidFd child, int options, @Nullable ResourceUsage usage) {
    CallMemory memory = CallMemory.get();
    MemorySegment info = memory.zeroed(SIGINFO_SIZE);
    int kind = child.isFolder() ? P_PID : P_PIDFD;
    int number = child.isFolder() ? child.pid() : child.number();
    long at = memory.structAddress();
    long used = usage == null ? 0 : usage.address();
    Object kept = usage == null ? info : usage;
    long result = restartingOn(kept, SystemCall.WAITID, kind, number, at, options, used, 0);
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.WAITID, result, kind, number, at, options, used, 0);
    }
    if (info.get(JAVA_INT, SI_PID) == 0) {
      return null;
    }
    int code = info.get(JAVA_INT, SI_CODE);
    int status = info.get(JAVA_INT, SI_STATUS);
    return code == CLD_EXITED
        ? new ExitStatus(status, 0, false)
        : new ExitStatus(0, status, code == CLD_DUMPED);
  }

  /**
   * Sends a signal.
   *
   * @return false when the process has ended and been reaped
   * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html">
   *     pidfd_send_signal(2)</a>
   */
  public boolean signal(PidFd process, int signal) {
    SystemCall call = SystemCall.PIDFD_SEND_SIGNAL;
    long result = calls.call(call, process.number(), signal, 0, 0, 0, 0);
    if (result == -Errno.ESRCH) {
      return false;
    }
    if (lacks(call, result)) {
      return folders.signal(process, signal);
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(call, result, process.number(), signal, 0, 0, 0, 0);
    }
    return true;
  }

  /**
   * Sends a signal to all processes of a group.
   *
   * @param leader a child that leads the group and has not been reaped, so that its number is no
   *     other group's
   * @return false when there is none left
   * @see <a href="https://man7.org/linux/man-pages/man2/kill.2.html">kill(2)</a>
   */
  public boolean signalGroup(PidFd leader, int signal) {
    return checkUnless(Errno.ESRCH, SystemCall.KILL, -leader.pid(), signal, 0, 0, 0);
  }

  /**
   * Opens a descriptor of a process; returns null when there is none of that number. Where
   * pidfd_open is missing it is of the process' folder in procfs, which serves the methods of this
   * class and of {@link Polling} as well.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_open.2.html">pidfd_open(2)</a>
   */
  public @Nullable PidFd pidfdOpen(int pid) {
    long result = calls.call(SystemCall.PIDFD_OPEN, pid, 0, 0, 0, 0, 0);
    if (result == -Errno.ESRCH) {
      return null;
    }
    if (lacks(SystemCall.PIDFD_OPEN, result)) {
      return folders.open(pid);
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.PIDFD_OPEN, result, pid, 0, 0, 0, 0, 0);
    }
    return new PidFd(calls, result, pid);
  }

  /**
   * Opens the folder in procfs of a process, {@code /proc/PID}, for a launch program that joins its
   * namespaces one by one because it does without pidfds.
   *
   * @throws LinuxException ESRCH when the process has ended and been reaped
   */
  public PidFd folder(PidFd process) {
    PidFd folder = folders.open(process.pid());
    // Asked after the opening: then the folder is of the process that was asked for.
    if (folder == null || !folders.exists(process)) {
      if (folder != null) {
        folder.close();
      }
      throw LinuxException.of(SystemCall.OPENAT, Errno.ESRCH, "/proc/" + process.pid());
    }
    return folder;
  }

  /**
   * Duplicates a descriptor of another process, which must be ours to trace (ptrace(2)).
   *
   * @param number its number there, such as a step of its launch program returned
   * @return null when the process has ended
   * @throws LinuxException EBADF when the process has no such descriptor
   * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_getfd.2.html">pidfd_getfd(2)</a>,
   *     Linux 5.6
   */
  public @Nullable Fd pidfdGetfd(PidFd process, long number) {
    int from = process.number();
    long result = answer(Errno.ESRCH, SystemCall.PIDFD_GETFD, from, number, 0, 0, 0, 0);
    return result < 0 ? null : new Fd(calls, result);
  }

  /**
   * Ends this process and all its threads at once. Nothing of the JVM runs any more: no shutdown
   * hook, no buffer is written out.
   *
   * @param status 0 to 255
   * @see <a href="https://man7.org/linux/man-pages/man2/exit_group.2.html">exit_group(2)</a>
   */
  public void exitGroup(int status) {
    calls.call(SystemCall.EXIT_GROUP, status, 0, 0, 0, 0, 0);
  }

  /**
   * Replaces this process by another program: every thread ends, and what is not CLOEXEC stays
   * open. Returns only by throwing.
   *
   * @param program an open executable; that of a script must not be CLOEXEC
   * @throws LinuxException when it cannot be executed; this process goes on then
   * @see <a href="https://man7.org/linux/man-pages/man2/execveat.2.html">execveat(2)</a>
   */
  public void execveat(Fd program, List<String> arguments, List<String> environment) {
    try (Arena arena = Arena.ofConfined()) {
      long argv = strings(arguments, arena);
      long envp = strings(environment, arena);
      check(
          SystemCall.EXECVEAT,
          program.number(),
          arena.allocateFrom("").address(),
          argv,
          envp,
          Fcntl.AT_EMPTY_PATH,
          0);
    }
  }

  private static long strings(List<String> list, Arena arena) {
    MemorySegment array = arena.allocate(JAVA_LONG, list.size() + 1L);
    for (int i = 0; i < list.size(); i++) {
      array.setAtIndex(JAVA_LONG, i, arena.allocateFrom(list.get(i)).address());
    }
    return array.address();
  }

  /**
   * Moves the calling thread, and it alone, into namespaces of its own.
   *
   * @param flags CLONE_NEW bits of {@link Sched}
   * @see <a href="https://man7.org/linux/man-pages/man2/unshare.2.html">unshare(2)</a>
   */
  public void unshare(long flags) {
    check(SystemCall.UNSHARE, flags, 0);
  }

  /**
   * Moves the calling thread into the namespace of a descriptor, or, of a pidfd, into all that the
   * flags name.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/setns.2.html">setns(2)</a>
   */
  public void setns(Fd namespace, long flags) {
    if (namespace instanceof PidFd process && process.isFolder()) {
      folders.setns(process, flags);
      return;
    }
    check(SystemCall.SETNS, namespace.number(), flags);
  }

  /**
   * Returns which kind of namespace a descriptor stands for, as one CLONE_NEW bit of {@link Sched};
   * 0 when it stands for none. Linux 4.11.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/ioctl_ns.2.html">ioctl_ns(2)</a>,
   *     NS_GET_NSTYPE
   */
  public long namespaceType(Fd fd) {
    long result = calls.call(SystemCall.IOCTL, fd.number(), Ioctl.NS_GET_NSTYPE, 0, 0, 0, 0);
    if (result == -Errno.ENOTTY) {
      return 0;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(
          SystemCall.IOCTL, result, fd.number(), Ioctl.NS_GET_NSTYPE, 0, 0, 0, 0);
    }
    return result;
  }

  /**
   * Changes the working folder: of the calling thread alone if it has left the others' with
   * unshare(CLONE_FS or CLONE_NEWNS), otherwise of the whole process.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/fchdir.2.html">fchdir(2)</a>
   */
  public void fchdir(Fd folder) {
    check(SystemCall.FCHDIR, folder.number(), 0);
  }
}
