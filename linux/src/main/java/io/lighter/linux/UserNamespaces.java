package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * User namespaces that no process lives in: they say how a mount maps ids, and nothing else.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">
 *     user_namespaces(7)</a>
 */
public final class UserNamespaces extends CallGroup {
  private final Files files;
  private final Processes processes;

  UserNamespaces(SystemCalls calls) {
    super(calls);
    this.files = new Files(calls);
    this.processes = new Processes(calls);
  }

  /**
   * Makes a user namespace with these maps.
   *
   * <p>A namespace begins with a process, and its maps are written from outside: so a child is born
   * in it, waits until this thread has written, and is killed. The descriptor keeps the namespace.
   *
   * @param uidMap lines of {@code /proc/PID/uid_map}: first id inside, first id outside, how many;
   *     the kernel takes less than a page of them, 340 lines at most
   * @param gidMap as {@code uidMap}, for groups
   * @throws LinuxException EINVAL when ranges overlap, EPERM without CAP_SETUID and CAP_SETGID,
   *     ENOSPC when there are too many user namespaces, or {@code user.max_user_namespaces} is 0
   */
  public Fd create(String uidMap, String gidMap) {
    LaunchProgram program = new LaunchProgram(calls.missing());
    program.call(SystemCall.PRCTL, Prctl.PR_SET_PDEATHSIG, Signals.SIGKILL, 0, 0, 0);
    // Away from the terminal, whose ctrl-C would end the child too early.
    program.call(SystemCall.SETSID);
    program.call(SystemCall.PPOLL, 0, 0, 0, 0, 0);
    try (Arena arena = Arena.ofConfined()) {
      // Without CLONE_VFORK: this thread goes on while the child waits.
      long flags = Sched.CLONE_VM | Sched.CLONE_CLEAR_SIGHAND | Sched.CLONE_NEWUSER;
      LaunchImage image = new LaunchImage(program, flags, arena);
      try (PidFd child = processes.launch(image)) {
        try {
          // The child is not reaped before the end of this block, so its number is still its own.
          String folder = "/proc/" + child.pid() + "/";
          write(folder + "uid_map", uidMap, arena);
          write(folder + "gid_map", gidMap, arena);
          return files.openat(Fd.WORKING_FOLDER, folder + "ns/user", Fcntl.O_RDONLY, 0);
        } finally {
          // And its stack must not be freed before it has ended.
          processes.signal(child, Signals.SIGKILL);
          processes.waitFor(child);
        }
      }
    }
  }

  /** By one write: the kernel takes a map once. */
  private void write(String path, String map, Arena arena) {
    byte[] bytes = map.getBytes(StandardCharsets.US_ASCII);
    MemorySegment memory = arena.allocateFrom(JAVA_BYTE, bytes);
    try (Fd file = files.openat(Fd.WORKING_FOLDER, path, Fcntl.O_WRONLY, 0)) {
      files.write(file, memory);
    }
  }
}
