package io.lighter.linux;

import io.lighter.linux.LaunchProgram.Parameter;

/**
 * What a child does first that is born by clone(2), for what clone3(2) would have done at its
 * birth: it lets go of the JVM's signal handlers (CLONE_CLEAR_SIGHAND) and moves into its cgroup
 * (CLONE_INTO_CGROUP).
 *
 * <p>The signals that others send are blocked while it is born, because a handler of the JVM's that
 * ran in the child would find one thread where it expects many. At the end the child has the mask
 * of who made it.
 */
final class OldBirth {
  private static final int LAST_SIGNAL = 64;

  /** Of the parameter {@link #cgroup}: none. A path relative to it is EBADF. */
  static final long NO_CGROUP = -1;

  private final LaunchProgram program = new LaunchProgram();
  private final Parameter cgroup = program.parameter("cgroup");

  /**
   * Writes the steps down.
   *
   * @param mask the address of the signal mask that the child gets
   */
  OldBirth(long mask) {
    LaunchProgram.Struct defaults = LaunchProgram.Struct.of("SIG_DFL", 0L, 0L, 0L, 0L);
    for (int signal = 1; signal <= LAST_SIGNAL; signal++) {
      if (signal != Signals.SIGKILL && signal != Signals.SIGSTOP) {
        program.call(SystemCall.RT_SIGACTION, signal, defaults, 0, Signals.SIGSET_SIZE);
      }
    }
    Step processes =
        program
            .call(SystemCall.OPENAT, cgroup, "cgroup.procs", Fcntl.O_WRONLY | Fcntl.O_CLOEXEC, 0)
            .tolerateAndSkip(2, Errno.EBADF);
    // 0 is whoever writes, in whatever pid namespace.
    program.call(SystemCall.WRITE, processes, "0", 1);
    program.call(SystemCall.CLOSE, processes);
    program.call(SystemCall.RT_SIGPROCMASK, Signals.SIG_SETMASK, mask, 0, Signals.SIGSET_SIZE);
  }

  LaunchProgram program() {
    return program;
  }

  Parameter cgroup() {
    return cgroup;
  }
}
