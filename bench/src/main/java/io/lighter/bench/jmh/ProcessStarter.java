package io.lighter.bench.jmh;

import io.lighter.linux.LaunchFailure;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Sched;
import io.lighter.linux.SystemCall;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Starts a process by the clone stub, without the runtime. */
final class ProcessStarter implements Starter {

  private static final long PLAIN =
      Sched.CLONE_VM | Sched.CLONE_VFORK | Sched.CLONE_CLEAR_SIGHAND | Sched.CLONE_PIDFD;
  private static final long NAMESPACES =
      Sched.CLONE_NEWPID
          | Sched.CLONE_NEWUTS
          | Sched.CLONE_NEWIPC
          | Sched.CLONE_NEWCGROUP
          | Sched.CLONE_NEWNS;

  private final Linux linux = Linux.kernel();
  private final Arena arena = Arena.ofShared();
  private final LaunchImage image;
  private @Nullable PidFd child;

  ProcessStarter(StartStage stage, Path root) {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    program.call(
        SystemCall.EXECVE, root.resolve("bin/true").toString(), List.of("true"), List.of());
    long flags = stage == StartStage.NAMESPACES ? PLAIN | NAMESPACES : PLAIN;
    image = new LaunchImage(program, flags, arena);
  }

  @Override
  public void start() {
    child = linux.processes().launch(image);
    LaunchFailure failure = image.failure();
    if (failure != null) {
      throw new IllegalStateException(failure.toString());
    }
  }

  @Override
  public void end() {
    try (PidFd process = Objects.requireNonNull(child)) {
      linux.processes().waitFor(process);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
