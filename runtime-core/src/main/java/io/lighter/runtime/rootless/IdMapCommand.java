package io.lighter.runtime.rootless;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LaunchFailure;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Pipe;
import io.lighter.linux.Sched;
import io.lighter.linux.SignalDefaults;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.spec.IdMapping;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code newuidmap} or {@code newgidmap}: the host's program with the privilege to map the ids that
 * are lent to a user, and the judgement which those are.
 *
 * @see <a href="https://man7.org/linux/man-pages/man1/newuidmap.1.html">newuidmap(1)</a>
 */
record IdMapCommand(Path program) {
  private static final String USUAL = "/usr/bin:/bin:/usr/sbin:/sbin";
  private static final int BUFFER = 4096;

  /** Finds a program, in PATH or where it usually is; null when the host has none. */
  static @Nullable IdMapCommand find(String name, Map<String, String> environment) {
    String path = environment.getOrDefault("PATH", "") + ":" + USUAL;
    for (String folder : path.split(":", -1)) {
      Path program = Path.of(folder, name);
      if (program.isAbsolute() && Files.isExecutable(program)) {
        return new IdMapCommand(program);
      }
    }
    return null;
  }

  /**
   * Maps the ids of a namespace.
   *
   * @param pid a process in it, a child of this one
   * @throws RootlessException with what the program says when it refuses
   */
  void map(Linux linux, int pid, List<IdMapping> lines) {
    List<String> command = new ArrayList<>(List.of(program.toString(), Integer.toString(pid)));
    command.addAll(UserMapping.arguments(lines));
    LaunchProgram steps = new LaunchProgram();
    SignalDefaults.restore(steps);
    try (Arena arena = Arena.ofConfined();
        Pipe said = linux.pipes().create(Fcntl.O_CLOEXEC)) {
      steps.call(SystemCall.DUP3, said.write(), Fd.STANDARD_OUTPUT, 0);
      steps.call(SystemCall.DUP3, said.write(), Fd.STANDARD_ERROR, 0);
      steps.call(SystemCall.CLOSE_RANGE, 3, -1, 0);
      steps.call(SystemCall.EXECVE, program.toString(), command, List.of());
      long flags = Sched.CLONE_VM | Sched.CLONE_VFORK | Sched.CLONE_CLEAR_SIGHAND;
      LaunchImage image = new LaunchImage(steps, flags, arena);
      try (PidFd process = linux.processes().launch(image)) {
        said.write().close();
        String text = read(linux, said.read(), arena);
        int status = linux.processes().waitFor(process).shellStatus();
        LaunchFailure failure = image.failure();
        if (failure != null || status != 0) {
          throw refused(lines, failure == null ? text : failure.toString());
        }
      }
    }
  }

  private RootlessException refused(List<IdMapping> lines, String why) {
    return new RootlessException(
        "mapping the ids of the user namespace: "
            + program
            + " refuses "
            + String.join(" ", UserMapping.arguments(lines))
            + ": "
            + why
            + "; it must be set-user-ID root or have the file capability (Debian's package uidmap),"
            + " not be run with no_new_privs, and /etc/subuid and /etc/subgid must lend these ids");
  }

  private static String read(Linux linux, Fd from, Arena arena) {
    MemorySegment buffer = arena.allocate(BUFFER);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long length = linux.files().read(from, buffer);
    while (length > 0) {
      bytes.writeBytes(buffer.asSlice(0, length).toArray(JAVA_BYTE));
      length = linux.files().read(from, buffer);
    }
    return bytes.toString(StandardCharsets.UTF_8).strip();
  }
}
