package io.lighter.runtime.launch;

import static io.lighter.linux.Sched.*;

import io.lighter.linux.Fd;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The joining of a container's namespaces: by one setns on a pidfd (Linux 5.8), or where pidfd_open
 * is missing by one on each of the files in {@code /proc/PID/ns}.
 */
public final class JoinedNamespaces {
  private record File(String name, long flag) {}

  /** The user namespace first, which gives the right to the others; the root changes last. */
  private static final List<File> FILES =
      List.of(
          new File("user", CLONE_NEWUSER),
          new File("cgroup", CLONE_NEWCGROUP),
          new File("ipc", CLONE_NEWIPC),
          new File("uts", CLONE_NEWUTS),
          new File("net", CLONE_NEWNET),
          new File("time", CLONE_NEWTIME),
          new File("mnt", CLONE_NEWNS));

  private JoinedNamespaces() {}

  /**
   * Adds the steps.
   *
   * @param container what {@link #folder} returned, otherwise a pidfd, or a parameter for it
   * @param flags CLONE_NEW bits
   */
  public static void join(LaunchProgram program, Object container, long flags) {
    if (!program.missing(SystemCall.PIDFD_OPEN)) {
      program.call(SystemCall.SETNS, container, flags);
      return;
    }
    List<File> joined = new ArrayList<>();
    List<Step> opened = new ArrayList<>();
    for (File file : FILES) {
      if ((flags & file.flag) != 0) {
        joined.add(file);
        // All of them before the first is joined, which may take the right to open the others.
        opened.add(PathSteps.openNamespace(program, container, file.name));
      }
    }
    for (int i = 0; i < joined.size(); i++) {
      program.call(SystemCall.SETNS, opened.get(i), joined.get(i).flag);
    }
  }

  /**
   * Returns the descriptor by which a program names a process where pidfd_open is missing, to be
   * closed; null where the pidfd itself serves.
   */
  public static @Nullable Fd folder(Linux linux, PidFd process) {
    return linux.missing().contains(SystemCall.PIDFD_OPEN)
        ? linux.processes().folder(process)
        : null;
  }
}
