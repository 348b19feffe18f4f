package io.lighter.runtime.launch;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Linux;
import io.lighter.linux.MountFlags;
import io.lighter.linux.Sched;
import io.lighter.linux.SignalDefaults;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the process of CRIU does before it is CRIU. To restore, it gets a mount namespace of its
 * own, with what the container has of the host at places where CRIU takes it from; so none of that
 * is ever seen by the host, and it is gone with CRIU.
 */
public final class CriuPlan {
  /** The number of its first descriptor after the standard ones and the socket. */
  public static final int FIRST_INHERITED = 4;

  /** Above those that it is to have, and below the limit of any JVM. */
  private static final int ASIDE = 512;

  private final LaunchProgram program;

  private CriuPlan(Linux linux) {
    program = new LaunchProgram(linux.missing());
    SignalDefaults.restore(program);
    program.call(SystemCall.SETSID);
  }

  /**
   * A mount that is put at a place.
   *
   * @param tree detached
   * @param place of the store's, as what the mount is: a folder, or a file
   */
  public record Placed(Fd tree, Path place) {}

  /** Returns the steps to write a container down. */
  public static LaunchProgram dump(Linux linux, Path criu, String path, Fd socket, Fd nothing) {
    return new CriuPlan(linux).execute(criu, path, socket, nothing, List.of());
  }

  /**
   * Returns the steps to make a container again.
   *
   * @param ownCgroups whether the container has a cgroup namespace of its own, which begins at the
   *     cgroup that CRIU is born in
   * @param inherited what CRIU has as descriptors from {@link #FIRST_INHERITED} on
   */
  public static LaunchProgram restore(
      Linux linux,
      Path criu,
      String path,
      Fd socket,
      Fd nothing,
      boolean ownCgroups,
      List<Placed> mounts,
      List<Fd> inherited) {
    CriuPlan plan = new CriuPlan(linux);
    long cgroups = ownCgroups ? Sched.CLONE_NEWCGROUP : 0;
    plan.program.call(SystemCall.UNSHARE, Sched.CLONE_NEWNS | cgroups);
    PathSteps.propagateRoot(plan.program, MountFlags.MS_REC | MountFlags.MS_PRIVATE);
    for (Placed mount : mounts) {
      PathSteps.placeRoot(plan.program, mount.tree(), mount.place().toString());
    }
    return plan.execute(criu, path, socket, nothing, inherited);
  }

  private LaunchProgram execute(Path criu, String path, Fd socket, Fd nothing, List<Fd> inherited) {
    List<Fd> wanted = new ArrayList<>(List.of(nothing, nothing, nothing, socket));
    wanted.addAll(inherited);
    // Twice: a number that is wanted may be that of a descriptor which is wanted elsewhere.
    List<Step> aside =
        wanted.stream()
            .map(fd -> program.call(SystemCall.FCNTL, fd, Fcntl.F_DUPFD_CLOEXEC, ASIDE))
            .toList();
    for (int i = 0; i < aside.size(); i++) {
      program.call(SystemCall.DUP3, aside.get(i), i, 0);
    }
    program.closeFrom(wanted.size());
    program.call(
        SystemCall.EXECVE,
        criu.toString(),
        List.of(criu.toString(), "swrk", "3"),
        List.of("PATH=" + path));
    return program;
  }
}
