package io.lighter.bench.machine;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LaunchFailure;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Sched;
import io.lighter.linux.SignalDefaults;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that is run again and again, without standard streams: by vfork and exec, as a C
 * program does it, so that no peer pays for a JVM's way to spawn.
 *
 * <p>One thread at a time.
 */
public final class Spawned implements AutoCloseable {
  private static final long FLAGS = Sched.CLONE_VM | Sched.CLONE_VFORK | Sched.CLONE_CLEAR_SIGHAND;

  private final Linux linux = Linux.kernel();
  private final List<String> command;
  private final Arena arena = Arena.ofShared();
  private final LaunchImage image;

  /**
   * Prepares.
   *
   * @param command the program's path and its arguments
   */
  public Spawned(List<String> command) {
    this.command = List.copyOf(command);
    LaunchProgram program = new LaunchProgram();
    SignalDefaults.restore(program);
    Step nowhere =
        program.call(
            SystemCall.OPENAT, Fd.WORKING_FOLDER, "/dev/null", Fcntl.O_RDWR | Fcntl.O_CLOEXEC, 0);
    for (int stream = 0; stream <= 2; stream++) {
      program.call(SystemCall.DUP3, nowhere, stream, 0);
    }
    program.call(SystemCall.CLOSE_RANGE, 3, -1, 0);
    List<String> environment = new ArrayList<>();
    System.getenv().forEach((name, value) -> environment.add(name + "=" + value));
    program.call(SystemCall.EXECVE, command.getFirst(), command, environment);
    this.image = new LaunchImage(program, FLAGS, arena);
  }

  /**
   * Runs it to its end.
   *
   * @throws IOException when it ends with another status than 0
   */
  public void run() throws IOException {
    try (PidFd process = linux.processes().launch(image)) {
      int status = linux.processes().waitFor(process).shellStatus();
      LaunchFailure failure = image.failure();
      if (failure != null || status != 0) {
        throw new IOException(
            String.join(" ", command)
                + (failure == null ? " ended with " + status : ": " + failure));
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
