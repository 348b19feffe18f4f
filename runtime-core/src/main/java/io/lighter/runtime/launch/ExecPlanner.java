package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.LaunchStructs.*;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.SignalDefaults;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.launch.LaunchInputs.RendezvousInput;
import io.lighter.runtime.launch.LaunchPlan.Demand;
import io.lighter.runtime.launch.LaunchPlan.Lenient;
import io.lighter.runtime.launch.LaunchPlanner.Filter;
import io.lighter.runtime.launch.LaunchPlanner.Grantable;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a further process of a container into a launch program: it joins the container's namespaces
 * by one setns on the pidfd of the container's first process (Linux 5.8), and becomes who it shall
 * be.
 *
 * <p>The pid namespace is that of the launching thread's children: {@link EnteredNamespaces}.
 */
public final class ExecPlanner {
  private final LinuxConfig linux;
  private final Process process;
  private final Grantable grantable;
  private final @Nullable Filter filter;
  private final LaunchProgram program;
  private final List<Demand> demands = new ArrayList<>();
  private final List<Lenient> lenient = new ArrayList<>();
  private final @Nullable String keyring;

  /**
   * Prepares a plan.
   *
   * @param linux of the container's configuration
   * @param process what to run
   * @param filter the container's seccomp filter, or null
   * @param keyring the id whose session keyring is joined, or null to stay in the starter's
   */
  public ExecPlanner(
      LinuxConfig linux,
      Process process,
      Grantable grantable,
      @Nullable Filter filter,
      @Nullable String keyring) {
    if (process.args().isEmpty()) {
      throw new IllegalArgumentException("process.args is empty: there is no command to run");
    }
    this.linux = linux;
    this.program = new LaunchProgram(grantable.missing());
    this.process = process;
    boolean ownUsers = linux.hasNamespace(NamespaceType.USER);
    this.grantable = ownUsers ? grantable.inUserNamespace() : grantable;
    this.filter = filter;
    this.keyring = keyring;
  }

  /**
   * Returns the CLONE_NEW bits of the namespaces that a process in the container joins, but for the
   * pid namespace.
   */
  public static long joined(LinuxConfig linux) {
    long flags = 0;
    for (Namespace namespace : linux.namespaces()) {
      if (namespace.type() != NamespaceType.PID) {
        flags |= NamespacePlan.flag(namespace.type());
      }
    }
    return flags;
  }

  /**
   * Makes the plan.
   *
   * @param descriptors how many descriptors after the standard ones the process has
   * @param path what is executed, whatever the first argument says; null to look that up in PATH
   */
  public ExecPlan plan(int descriptors, @Nullable String path) {
    SignalDefaults.restore(program);
    if (process.execCpuAffinity() != null) {
      new CpuAffinityPlan(program, demands).add(process.execCpuAffinity());
    }
    program.call(SystemCall.SETSID);
    if (keyring != null) {
      SessionKeyring.join(program, keyring);
    }
    boolean hasListener = filter != null && filter.hasListener();
    GatePlan gates = hasListener ? new GatePlan(program) : null;
    Parameter container = program.parameter("container");
    ProcessPlan common = new ProcessPlan(program, process, grantable, filter);
    // Through the host's procfs: whatever the container has at /proc is its own affair.
    Step proc =
        program.call(SystemCall.OPENAT, AT_FDCWD, "/proc", O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    common.addOomScore(proc, lenient);
    new LabelPlan(program, demands, LinuxConfig.EMPTY, process, grantable.modules()).onExec(proc);
    new AttributePlan(program, demands)
        .add(LinuxConfig.EMPTY.with(l -> l.personality = linux.personality()), process);
    JoinedNamespaces.join(program, container, joined(linux));
    if (linux.hasNamespace(NamespaceType.USER)) {
      program.call(SystemCall.SETRESGID, 0, 0, 0);
      program.call(SystemCall.SETRESUID, 0, 0, 0);
    }
    common.addStreams();
    workingFolder();
    common.closeOthers(descriptors, gates);
    common.addLimits();
    common.addIdentity(gates, () -> {});
    List<Step> execs =
        path == null
            ? CommandPlan.add(program, process)
            : List.of(program.call(SystemCall.EXECVE, path, process.args(), process.env()));
    return new ExecPlan(
        program,
        container,
        common.stdin(),
        common.stdout(),
        common.stderr(),
        common.extra(),
        gates == null ? null : new RendezvousInput(gates.fromInit(), gates.toInit()),
        common.listener(),
        execs,
        demands);
  }

  /** By descriptor and below the root, so that no /proc/self/fd link leads out (CVE-2024-21626). */
  private void workingFolder() {
    String cwd = ContainerPath.normalize("process.cwd", process.cwd());
    if (cwd.equals("/")) {
      return; // joining the mount namespace left us there
    }
    Step folder = OpenBelow.add(program, AT_FDCWD, cwd, O_PATH | O_DIRECTORY, 0);
    program.call(SystemCall.FCHDIR, folder);
  }
}
