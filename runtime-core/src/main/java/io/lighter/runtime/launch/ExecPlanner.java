package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.LaunchStructs.*;
import static io.lighter.linux.Prctl.*;
import static io.lighter.linux.Sched.*;

import io.lighter.linux.Errno;
import io.lighter.linux.Ioctl;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.SeccompFilter;
import io.lighter.linux.SignalDefaults;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.launch.LaunchPlanner.Filter;
import io.lighter.runtime.launch.LaunchPlanner.Grantable;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Rlimit;
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
  private static final int FIRST_EXTRA = 3;
  private static final int MAX_DESCRIPTOR = -1;

  private final LinuxConfig linux;
  private final Process process;
  private final Grantable grantable;
  private final @Nullable Filter filter;
  private final LaunchProgram program = new LaunchProgram();
  private final List<Parameter> extra = new ArrayList<>();

  /**
   * Prepares a plan.
   *
   * @param linux of the container's configuration
   * @param process what to run
   * @param filter the container's seccomp filter, or null
   */
  public ExecPlanner(
      LinuxConfig linux, Process process, Grantable grantable, @Nullable Filter filter) {
    if (process.args().isEmpty()) {
      throw new IllegalArgumentException("process.args is empty: there is no command to run");
    }
    this.linux = linux;
    this.process = process;
    boolean ownUsers = linux.hasNamespace(NamespaceType.USER);
    this.grantable = ownUsers ? grantable.withAllCapabilities() : grantable;
    this.filter = filter;
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
    program.call(SystemCall.SETSID);
    Parameter container = program.parameter("container");
    Parameter stdin = program.parameter("stdin");
    Parameter stdout = program.parameter("stdout");
    Parameter stderr = program.parameter("stderr");
    program.call(SystemCall.SETNS, container, joined(linux));
    if (linux.hasNamespace(NamespaceType.USER)) {
      program.call(SystemCall.SETRESGID, 0, 0, 0);
      program.call(SystemCall.SETRESUID, 0, 0, 0);
    }
    // EINVAL: it is that very descriptor.
    program.call(SystemCall.DUP3, stdin, 0, 0).tolerate(Errno.EINVAL);
    program.call(SystemCall.DUP3, stdout, 1, 0).tolerate(Errno.EINVAL);
    program.call(SystemCall.DUP3, stderr, 2, 0).tolerate(Errno.EINVAL);
    if (process.terminal()) {
      program.call(SystemCall.IOCTL, 0, Ioctl.TIOCSCTTY, 0);
    }
    workingFolder();
    closeOthers(descriptors);
    for (Rlimit limit : process.rlimits()) {
      program.call(
          SystemCall.PRLIMIT64, 0, limit.type().number(), rlimit(limit.soft(), limit.hard()), 0);
    }
    identity();
    List<Step> execs =
        path == null
            ? CommandPlan.add(program, process)
            : List.of(program.call(SystemCall.EXECVE, path, process.args(), process.env()));
    return new ExecPlan(program, container, stdin, stdout, stderr, extra, execs);
  }

  /** By descriptor and below the root, so that no /proc/self/fd link leads out (CVE-2024-21626). */
  private void workingFolder() {
    String cwd = ContainerPath.normalize("process.cwd", process.cwd());
    if (cwd.equals("/")) {
      return; // joining the mount namespace left us there
    }
    Step folder =
        program.call(
            SystemCall.OPENAT2,
            AT_FDCWD,
            ContainerPath.relative(cwd),
            openHow(O_PATH | O_DIRECTORY | O_CLOEXEC, 0, RESOLVE_IN_ROOT),
            OPEN_HOW_SIZE);
    program.call(SystemCall.FCHDIR, folder);
  }

  private void closeOthers(int descriptors) {
    int first = FIRST_EXTRA + descriptors;
    List<Step> moved = new ArrayList<>();
    for (int i = 0; i < descriptors; i++) {
      Parameter parameter = program.parameter("descriptor " + (FIRST_EXTRA + i));
      extra.add(parameter);
      moved.add(program.call(SystemCall.FCNTL, parameter, F_DUPFD_CLOEXEC, first));
    }
    for (int i = 0; i < moved.size(); i++) {
      program.call(SystemCall.DUP3, moved.get(i), FIRST_EXTRA + i, 0);
    }
    program.call(SystemCall.CLOSE_RANGE, first, MAX_DESCRIPTOR, 0);
  }

  private void identity() {
    Integer umask = process.user().umask();
    program.call(SystemCall.UMASK, umask == null ? 022 : umask);
    IdentityPlan identity = new IdentityPlan(program, process, grantable);
    identity.addWhileRoot();
    if (process.noNewPrivileges()) {
      identity.addLeavingRoot();
      program.call(SystemCall.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
      loadFilter();
    } else {
      // Without no_new_privs a filter needs CAP_SYS_ADMIN, which the next steps give up.
      loadFilter();
      identity.addLeavingRoot();
    }
  }

  private void loadFilter() {
    if (filter != null) {
      program.call(
          SystemCall.SECCOMP,
          SeccompFilter.SECCOMP_SET_MODE_FILTER,
          filter.flags(),
          filter.program());
    }
  }

  /** Returns the CLONE bits with which the process is born. */
  public static long cloneFlags() {
    return CLONE_VM | CLONE_VFORK | CLONE_CLEAR_SIGHAND;
  }
}
