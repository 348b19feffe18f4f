package io.lighter.runtime;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.LaunchFailure;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.PidFd;
import io.lighter.linux.Sched;
import io.lighter.runtime.launch.EnteredNamespaces;
import io.lighter.runtime.launch.ExecPlan;
import io.lighter.runtime.launch.JoinedNamespaces;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts further processes of a container that runs: one program, any number of processes.
 *
 * <p>For the thread that made it: memory of several threads is given back by stopping them all.
 */
final class ExecLaunch implements AutoCloseable {
  private final Linux linux;
  private final ExecPlan plan;
  private final Process process;
  private final ExecGate gate;
  private final boolean ownPids;
  private final Arena arena;
  private final LaunchImage image;

  /**
   * Lays the program out.
   *
   * @param config of the container
   * @param gate where its processes are held when the filter has a listener
   * @param users the user namespace of this process
   */
  ExecLaunch(
      Linux linux,
      LinuxConfig config,
      ExecPlan plan,
      Process process,
      ExecGate gate,
      OwnUsers users) {
    this.linux = linux;
    this.plan = plan;
    // With a gate the launch is another thread's, and so it is in a user namespace; the arena of
    // one thread is the cheaper one.
    boolean oneThread = plan.rendezvous() == null && users.initial();
    long flags = ExecPlan.cloneFlags(config);
    boolean confined = oneThread && (flags & Sched.CLONE_VM) != 0;
    this.arena = confined ? Arena.ofConfined() : linux.processes().launchArena(flags);
    this.process = process;
    this.gate = gate;
    this.ownPids = config.hasNamespace(NamespaceType.PID);
    this.image = new LaunchImage(plan.program(), flags, arena);
  }

  /**
   * Starts a process, and returns when its command runs.
   *
   * @param container the container's first process
   * @param cgroup in which the new one is born; null for the starter's
   * @throws StartException when it does not come to that; nothing is left then
   */
  PidFd start(PidFd container, @Nullable Fd cgroup, Stdio stdio, List<Fd> extra) {
    image.set(plan.stdin(), stdio.stdin());
    image.set(plan.stdout(), stdio.stdout());
    image.set(plan.stderr(), stdio.stderr());
    for (int i = 0; i < extra.size(); i++) {
      image.set(plan.extra().get(i), extra.get(i));
    }
    if (cgroup != null) {
      image.bornIn(cgroup);
    }
    PidFd born = birth(container);
    LaunchFailure failure = image.failure();
    if (failure != null) {
      linux.processes().waitFor(born);
      born.close();
      throw StartFailures.of(plan, image, failure, process.args());
    }
    return born;
  }

  private PidFd birth(PidFd container) {
    try (Fd folder = JoinedNamespaces.folder(linux, container)) {
      image.set(plan.container(), folder == null ? container : folder);
      List<EnteredNamespaces.Entry> entries = entries(container);
      return plan.rendezvous() == null
          ? EnteredNamespaces.launch(linux, image, entries, false)
          : gate.pass(plan, image, entries, container.pid());
    } catch (LinuxException e) {
      throw new StartException(refused(e), e);
    }
  }

  private List<EnteredNamespaces.Entry> entries(PidFd container) {
    return ownPids
        ? List.of(new EnteredNamespaces.Entry(container, Sched.CLONE_NEWPID, "pid_for_children"))
        : List.of();
  }

  private static String refused(LinuxException e) {
    String why = "the process could not be started: " + e.getMessage();
    // A pid namespace whose first process has ended takes no more: pid_namespaces(7).
    return e.errno() == Errno.ENOMEM ? why + " (the container's first process has ended)" : why;
  }

  @Override
  public void close() {
    arena.close();
  }
}
