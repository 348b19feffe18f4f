package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Processes by their folder in procfs, {@code /proc/PID}: what there was before pidfd_open(2), and
 * is where a filter forbids it. Such a folder stays that process' too when its number is used
 * again; but it cannot be polled, and without pidfd_send_signal(2) a signal goes to the number.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc.5.html">proc(5)</a>
 */
final class ProcessFolders extends CallGroup {
  /** In which order namespaces are joined: the user namespace gives the right to the others. */
  private static final String[] NAMES = {"user", "cgroup", "ipc", "uts", "net", "time", "pid"};

  private static final int STAT_SIZE = 512;

  private final Files files;

  ProcessFolders(SystemCalls calls) {
    super(calls);
    this.files = new Files(calls);
  }

  /** Opens a folder; returns null when there is no such process. */
  @Nullable PidFd open(int pid) {
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC;
    long path = CallMemory.get().path("/proc/" + pid);
    long result = restarting(SystemCall.OPENAT, Fcntl.AT_FDCWD, path, flags, 0, 0, 0);
    if (result == -Errno.ENOENT) {
      return null;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(SystemCall.OPENAT, result, Fcntl.AT_FDCWD, path, flags, 0, 0, 0);
    }
    return new PidFd(calls, result, pid, true);
  }

  /**
   * Sends a signal to the number, once it is known to be still that process'. Between the two it
   * could become another's, if the process ended and was reaped at that moment: nothing that this
   * process reaps itself can.
   */
  boolean signal(PidFd process, int signal) {
    return exists(process)
        && checkUnless(Errno.ESRCH, SystemCall.KILL, process.pid(), signal, 0, 0, 0);
  }

  /** Returns whether a process is there, be it as one that has ended and not been reaped. */
  boolean exists(PidFd process) {
    if (process.isFolder()) {
      return stat(process) != null;
    }
    // "Pid:" is -1 for one that has been reaped: fs/pidfs.c, since Linux 5.2.
    String info = "/proc/self/fdinfo/" + process.number();
    try (Fd file = files.openat(Fd.WORKING_FOLDER, info, Fcntl.O_RDONLY, 0)) {
      return !read(file).contains("Pid:\t-1\n");
    }
  }

  /** Returns whether a process has ended. */
  boolean ended(PidFd folder) {
    String stat = stat(folder);
    // The state stands behind the command, which may have parentheses of its own.
    return stat == null || "ZXx".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
  }

  private @Nullable String stat(PidFd folder) {
    try (Fd file = files.openat(folder, "stat", Fcntl.O_RDONLY, 0)) {
      return read(file);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH) {
        return null;
      }
      throw e;
    }
  }

  private String read(Fd file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(STAT_SIZE);
      int length = (int) Math.max(0, files.read(file, buffer));
      return new String(buffer.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.ISO_8859_1);
    }
  }

  /** Joins namespaces one by one, the mount namespace last: then the host's procfs is gone. */
  void setns(PidFd folder, long flags) {
    for (String name : NAMES) {
      join(folder, name, flags);
    }
    join(folder, "mnt", flags);
  }

  private void join(PidFd folder, String name, long flags) {
    long flag = flag(name);
    if ((flags & flag) != 0) {
      try (Fd namespace = files.openat(folder, "ns/" + name, Fcntl.O_RDONLY, 0)) {
        check(SystemCall.SETNS, namespace.number(), flag);
      }
    }
  }

  private static long flag(String name) {
    return switch (name) {
      case "user" -> Sched.CLONE_NEWUSER;
      case "cgroup" -> Sched.CLONE_NEWCGROUP;
      case "ipc" -> Sched.CLONE_NEWIPC;
      case "uts" -> Sched.CLONE_NEWUTS;
      case "net" -> Sched.CLONE_NEWNET;
      case "time" -> Sched.CLONE_NEWTIME;
      case "pid" -> Sched.CLONE_NEWPID;
      case "mnt" -> Sched.CLONE_NEWNS;
      default -> throw new AssertionError(name);
    };
  }
}
