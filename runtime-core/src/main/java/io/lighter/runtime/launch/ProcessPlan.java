package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.LaunchStructs.*;
import static io.lighter.linux.Prctl.*;

import io.lighter.linux.Errno;
import io.lighter.linux.Ioctl;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.SeccompFilter;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.launch.LaunchPlan.Lenient;
import io.lighter.runtime.launch.LaunchPlanner.Filter;
import io.lighter.runtime.launch.LaunchPlanner.Grantable;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Rlimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is the same for the first process of a container and for every further one: its streams, its
 * limits, and the way from root with everything to what it is granted.
 */
final class ProcessPlan {
  private static final int FIRST_EXTRA = 3;

  private final LaunchProgram program;
  private final Process process;
  private final Grantable grantable;
  private final @Nullable Filter filter;
  private final Parameter stdin;
  private final Parameter stdout;
  private final Parameter stderr;
  private final List<Parameter> extra = new ArrayList<>();
  private @Nullable Step listener;

  ProcessPlan(
      LaunchProgram program, Process process, Grantable grantable, @Nullable Filter filter) {
    this.program = program;
    this.process = process;
    this.grantable = grantable;
    this.filter = filter;
    this.stdin = program.parameter("stdin");
    this.stdout = program.parameter("stdout");
    this.stderr = program.parameter("stderr");
  }

  Parameter stdin() {
    return stdin;
  }

  Parameter stdout() {
    return stdout;
  }

  Parameter stderr() {
    return stderr;
  }

  /** Returns what take the descriptors after the standard ones. */
  List<Parameter> extra() {
    return extra;
  }

  /** Returns the step whose result is the listener of the filter, or null when it has none. */
  @Nullable Step listener() {
    return listener;
  }

  /** Adds the standard streams, and with a terminal makes it the controlling one. */
  void addStreams() {
    // EINVAL: it is that very descriptor, which the starter was given itself.
    program.call(SystemCall.DUP3, stdin, 0, 0).tolerate(Errno.EINVAL);
    program.call(SystemCall.DUP3, stdout, 1, 0).tolerate(Errno.EINVAL);
    program.call(SystemCall.DUP3, stderr, 2, 0).tolerate(Errno.EINVAL);
    if (process.terminal()) {
      program.call(SystemCall.IOCTL, 0, Ioctl.TIOCSCTTY, 0);
    }
  }

  /**
   * Closes all other descriptors: none of ours but those of the gates is open any more when the
   * identity changes.
   *
   * @param descriptors how many after the standard ones the process is given
   */
  void closeOthers(int descriptors, @Nullable GatePlan gates) {
    int first = FIRST_EXTRA + descriptors;
    List<Step> moved = new ArrayList<>();
    for (int i = 0; i < descriptors; i++) {
      Parameter parameter = program.parameter("descriptor " + (FIRST_EXTRA + i));
      extra.add(parameter);
      // Out of the way first: it may have the number that another shall get.
      moved.add(program.call(SystemCall.FCNTL, parameter, F_DUPFD_CLOEXEC, first));
    }
    if (gates != null) {
      first = gates.moveTo(first);
    }
    for (int i = 0; i < moved.size(); i++) {
      program.call(SystemCall.DUP3, moved.get(i), FIRST_EXTRA + i, 0);
    }
    program.closeFrom(first);
  }

  /** Adds the resource limits. */
  void addLimits() {
    for (Rlimit limit : process.rlimits()) {
      program.call(
          SystemCall.PRLIMIT64, 0, limit.type().number(), rlimit(limit.soft(), limit.hard()), 0);
    }
  }

  /** Adds the OOM score, through a procfs. */
  void addOomScore(Step proc, List<Lenient> lenient) {
    Integer score = process.oomScoreAdj();
    if (score == null || score == 0) {
      return;
    }
    Step write = KernelFile.write(program, proc, "self/oom_score_adj", String.valueOf(score));
    write.tolerate(Errno.EACCES, Errno.EPERM);
    lenient.add(
        new Lenient(
            write,
            "process.oomScoreAdj "
                + score
                + " was not set: lowering it needs CAP_SYS_RESOURCE, which this host withholds"));
  }

  /**
   * Adds the way from root with everything to what the process is granted.
   *
   * @param gates needed when the filter has a listener
   * @param changed adds what comes right after the change of the user, before a filter that was
   *     loaded without CAP_SYS_ADMIN could forbid it
   */
  void addIdentity(@Nullable GatePlan gates, Runnable changed) {
    Integer umask = process.user().umask();
    program.call(SystemCall.UMASK, umask == null ? 022 : umask);
    IdentityPlan identity = new IdentityPlan(program, process, grantable);
    identity.addWhileRoot();
    if (process.noNewPrivileges()) {
      identity.addLeavingRoot();
      changed.run();
      program.call(SystemCall.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
      loadFilter(gates);
    } else {
      // Without no_new_privs a filter needs CAP_SYS_ADMIN, which the next steps give up.
      loadFilter(gates);
      identity.addLeavingRoot();
      changed.run();
    }
  }

  private void loadFilter(@Nullable GatePlan gates) {
    if (filter == null) {
      return;
    }
    Step load =
        program.call(
            SystemCall.SECCOMP,
            SeccompFilter.SECCOMP_SET_MODE_FILTER,
            filter.flags(),
            filter.program());
    if (filter.hasListener()) {
      listener = load;
      Objects.requireNonNull(gates).add(Gate.LISTENER);
    }
  }
}
