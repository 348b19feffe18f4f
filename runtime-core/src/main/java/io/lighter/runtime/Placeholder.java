package io.lighter.runtime;

import io.lighter.linux.LaunchImage;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Prctl;
import io.lighter.linux.Sched;
import io.lighter.linux.Signals;
import io.lighter.linux.SystemCall;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * A process that does nothing, until it is ended or this process ends. It has no memory and no
 * descriptors of its own.
 *
 * <p>It is a child of vfork, as {@link GatedBirth} says why: it may be put into a cgroup in which
 * memory is short.
 */
final class Placeholder implements AutoCloseable {
  private final Linux linux;
  private final Arena arena;
  private final GatedBirth birth;
  private final PidFd process;

  private Placeholder(Linux linux, Arena arena, GatedBirth birth, PidFd process) {
    this.linux = linux;
    this.arena = arena;
    this.birth = birth;
    this.process = process;
  }

  /** Starts one. */
  static Placeholder start(Linux linux) {
    LaunchProgram program = new LaunchProgram(linux.missing());
    // Its parent is a thread, which sleeps until it ends: so this is about the process.
    program.call(SystemCall.PRCTL, Prctl.PR_SET_PDEATHSIG, Signals.SIGKILL, 0, 0, 0);
    // Away from the terminal, whose ctrl-C would end it too early.
    program.call(SystemCall.SETSID);
    program.closeFrom(0);
    program.call(SystemCall.PPOLL, 0, 0, 0, 0, 0);
    Arena arena = Arena.ofShared();
    try {
      long flags = Sched.CLONE_VM | Sched.CLONE_VFORK | Sched.CLONE_CLEAR_SIGHAND;
      LaunchImage image = new LaunchImage(program, flags, arena);
      GatedBirth birth = GatedBirth.begin(linux, image, List.of(), false);
      return new Placeholder(linux, arena, birth, birth.child());
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  int pid() {
    return process.pid();
  }

  /** Ends and reaps it. */
  @Override
  public void close() {
    try (arena;
        process) {
      linux.processes().signal(process, Signals.SIGKILL);
      linux.processes().waitFor(process);
      birth.awaitExec();
    }
  }
}
