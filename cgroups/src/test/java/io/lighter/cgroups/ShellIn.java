package io.lighter.cgroups;

import io.lighter.linux.ExitStatus;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Processes;
import io.lighter.linux.Sched;
import io.lighter.linux.Signals;
import io.lighter.linux.SystemCall;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A shell that was born in a cgroup; killed and reaped when it is closed. */
final class ShellIn implements AutoCloseable {
  private static final long FLAGS = Sched.CLONE_VM | Sched.CLONE_VFORK | Sched.CLONE_CLEAR_SIGHAND;

  private final Processes processes = Linux.kernel().processes();
  private final PidFd process;
  private @Nullable ExitStatus status;

  private ShellIn(Cgroup cgroup, String script) {
    LaunchProgram program = new LaunchProgram();
    program.call(
        SystemCall.EXECVE, "/bin/sh", List.of("sh", "-c", script), List.of("PATH=/usr/bin:/bin"));
    try (Arena arena = Arena.ofConfined()) {
      LaunchImage image = new LaunchImage(program, FLAGS, arena);
      image.bornIn(cgroup.fd());
      process = processes.launch(image);
    }
  }

  /** Starts a shell that runs a script. */
  static ShellIn run(Cgroup cgroup, String script) {
    return new ShellIn(cgroup, script);
  }

  /** Starts a process that sleeps until it is killed. */
  static ShellIn sleep(Cgroup cgroup) {
    return new ShellIn(cgroup, "exec sleep 1000");
  }

  int pid() {
    return process.pid();
  }

  /** Waits for its end and reaps it. */
  ExitStatus await() {
    if (status == null) {
      status = processes.waitFor(process);
    }
    return status;
  }

  void signal(int signal) {
    processes.signal(process, signal);
  }

  @Override
  public void close() {
    if (status == null) {
      signal(Signals.SIGKILL);
      await();
    }
    process.close();
  }
}
