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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A shell that was born in a cgroup; killed and reaped when it is closed. */
final class ShellIn implements AutoCloseable {
  private static final long FLAGS = Sched.CLONE_VM | Sched.CLONE_VFORK | Sched.CLONE_CLEAR_SIGHAND;

  private final Processes processes = Linux.kernel().processes();
  private final PidFd process;
  private @Nullable ExitStatus status;

  private ShellIn(Cgroup cgroup, String path, List<String> command) {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    program.call(SystemCall.EXECVE, path, command, List.of("PATH=/usr/bin:/bin"));
    try (Arena arena = Arena.ofConfined()) {
      LaunchImage image = new LaunchImage(program, FLAGS, arena);
      image.bornIn(cgroup.fd());
      process = processes.launch(image);
    }
  }

  /** Starts a shell that runs a script. */
  static ShellIn run(Cgroup cgroup, String script) {
    return new ShellIn(cgroup, "/bin/sh", List.of("sh", "-c", script));
  }

  /** Starts a process named {@code sleep} that sleeps until it is killed. */
  static ShellIn sleep(Cgroup cgroup) {
    ShellIn sleep = new ShellIn(cgroup, "/bin/sleep", List.of("sleep", "1000"));
    // The parent goes on before the kernel has given the child its new name.
    Awaitility.await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> Files.readString(Path.of("/proc/" + sleep.pid() + "/comm")).equals("sleep\n"));
    return sleep;
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
