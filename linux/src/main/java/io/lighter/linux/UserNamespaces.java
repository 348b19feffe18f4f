package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * User namespaces: those that no process lives in, which say how a mount maps ids, and the way of
 * this process into one.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">
 *     user_namespaces(7)</a>
 */
public final class UserNamespaces extends CallGroup {
  private static final int FIRST_DESCRIPTOR = 3;

  private final Files files;
  private final Processes processes;
  private final Descriptors descriptors;
  private final MemoryFiles memoryFiles;
  private final SignalFds signalFds;

  UserNamespaces(SystemCalls calls) {
    super(calls);
    this.files = new Files(calls);
    this.processes = new Processes(calls);
    this.descriptors = new Descriptors(calls);
    this.memoryFiles = new MemoryFiles(calls);
    this.signalFds = new SignalFds(calls);
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
    return create(
        pid -> {
          try (Arena arena = Arena.ofConfined()) {
            write("/proc/" + pid + "/uid_map", uidMap, arena);
            write("/proc/" + pid + "/gid_map", gidMap, arena);
          }
        });
  }

  /**
   * Makes a user namespace whose maps the caller has written.
   *
   * @param mapper is given the process id of a child in the new namespace, which lives until it
   *     returns; what it throws is passed on, and nothing is left of the namespace then
   * @throws LinuxException of clone3: ENOSPC when there are too many user namespaces, or {@code
   *     user.max_user_namespaces} is 0; EPERM or EACCES when the host forbids them to this user;
   *     EINVAL when the kernel was built without them
   */
  public Fd create(IntConsumer mapper) {
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
          mapper.accept(child.pid());
          String namespace = "/proc/" + child.pid() + "/ns/user";
          return files.openat(Fd.WORKING_FOLDER, namespace, Fcntl.O_RDONLY, 0);
        } finally {
          // And its stack must not be freed before it has ended.
          processes.signal(child, Signals.SIGKILL);
          processes.waitFor(child);
        }
      }
    }
  }

  /**
   * Replaces this process by a program that is root in a user namespace, with mounts of its own,
   * which begin as a copy of ours. The process id, the open standard streams, the terminal and the
   * working folder stay; so do descriptors that are to be kept; others are closed. Returns only by
   * throwing; what fails once this process has been replaced is written to standard error, and its
   * status is 125.
   *
   * <p>In between runs a program of a few hundred bytes, because a process of many threads, such as
   * a JVM, cannot enter a user namespace.
   *
   * @param namespace of which this process is the owner, or that lies in one of which it is
   * @param kept descriptors that the program has under the same numbers, after the standard ones
   * @param program absolute
   * @param arguments with the name of the program before them
   * @param environment settings {@code NAME=VALUE}
   * @see <a href="https://man7.org/linux/man-pages/man2/setns.2.html">setns(2)</a>
   */
  public void enter(
      Fd namespace,
      List<Fd> kept,
      String program,
      List<String> arguments,
      List<String> environment) {
    List<String> all = new ArrayList<>();
    all.add("lighter-enter");
    all.add(Integer.toString(namespace.number()));
    all.add(program);
    all.addAll(arguments);
    byte[] code = UserNamespaceEntry.code(Architecture.current());
    byte[] executable = StaticExecutable.of(Architecture.current(), code);
    try (Arena arena = Arena.ofConfined();
        Fd file = executableFile()) {
      MemorySegment rest = arena.allocateFrom(JAVA_BYTE, executable);
      while (rest.byteSize() > 0) {
        rest = rest.asSlice(files.write(file, rest));
      }
      descriptors.closeRange(FIRST_DESCRIPTOR, Descriptors.ALL, Fcntl.CLOSE_RANGE_CLOEXEC);
      descriptors.setCloseOnExec(namespace, false);
      kept.forEach(fd -> descriptors.setCloseOnExec(fd, false));
      // What the JVM blocks is its own business; what it handles, the exec resets.
      signalFds.sigprocmask(Signals.SIG_SETMASK, 0);
      processes.execveat(file, all, environment);
    }
  }

  /**
   * Returns the namespace in which another was made.
   *
   * @return null when that is none that this process sees: its own is the outermost
   * @see <a href="https://man7.org/linux/man-pages/man2/ioctl_ns.2.html">ioctl_ns(2)</a>,
   *     NS_GET_PARENT
   */
  public @Nullable Fd parent(Fd namespace) {
    long result = calls.call(SystemCall.IOCTL, namespace.number(), Ioctl.NS_GET_PARENT, 0, 0, 0, 0);
    if (result == -Errno.EPERM) {
      return null;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(
          SystemCall.IOCTL, result, namespace.number(), Ioctl.NS_GET_PARENT, 0, 0, 0, 0);
    }
    return new Fd(calls, (int) result);
  }

  private Fd executableFile() {
    try {
      // On hosts with vm.memfd_noexec=1 a file is executable only if it says so.
      return memoryFiles.create("lighter-enter", MemoryFiles.MFD_EXEC);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EINVAL) {
        throw e;
      }
      return memoryFiles.create("lighter-enter", 0); // before Linux 6.3
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
