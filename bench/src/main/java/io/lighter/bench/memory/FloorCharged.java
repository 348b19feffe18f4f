package io.lighter.bench.memory;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.PidFd;
import io.lighter.linux.Sched;
import io.lighter.linux.Signals;
import io.lighter.linux.SystemCall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The lower bound: a process that is born in a cgroup and executes the command, and no more. */
final class FloorCharged implements Charged {
  private static final long FLAGS = Sched.CLONE_VM | Sched.CLONE_VFORK | Sched.CLONE_CLEAR_SIGHAND;

  private final Linux linux = Linux.kernel();
  private final Path root;
  private final Path cgroup;

  /**
   * Prepares.
   *
   * @param root the root that the process changes into
   * @param parent the folder of the cgroup below which it has its own
   */
  FloorCharged(Path root, Path parent) {
    this.root = root;
    this.cgroup = parent.resolve("floor");
  }

  @Override
  public String description() {
    return "clone3 into the cgroup, chroot and execve: no namespace, no mount, no filter";
  }

  private PidFd launch(List<String> command) {
    LaunchProgram program = new LaunchProgram();
    program.call(SystemCall.CHDIR, root.toString());
    program.call(SystemCall.CHROOT, ".");
    program.call(SystemCall.CLOSE_RANGE, 0, -1, 0);
    program.call(SystemCall.EXECVE, command.getFirst(), command, List.of());
    try (Arena arena = Arena.ofConfined();
        Fd home =
            linux
                .files()
                .openat(
                    Fd.WORKING_FOLDER,
                    cgroup.toString(),
                    Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC,
                    0)) {
      LaunchImage image = new LaunchImage(program, FLAGS, arena);
      image.bornIn(home);
      return linux.processes().launch(image);
    }
  }

  @Override
  public Running start(List<String> command) throws IOException {
    Files.createDirectory(cgroup);
    PidFd process = launch(command);
    return new Running() {
      @Override
      public Path cgroup() {
        return cgroup;
      }

      @Override
      public void close() throws IOException {
        linux.processes().signal(process, Signals.SIGKILL);
        linux.processes().waitFor(process);
        process.close();
        Files.delete(cgroup);
      }
    };
  }

  @Override
  public boolean runs(List<String> command, long limit) throws IOException {
    Files.createDirectory(cgroup);
    Files.writeString(cgroup.resolve("memory.max"), String.valueOf(limit));
    try (PidFd process = launch(command)) {
      return linux.processes().waitFor(process).shellStatus() == 0;
    } catch (LinuxException e) {
      return false;
    } finally {
      Files.delete(cgroup);
    }
  }
}
