package io.lighter.runtime.spec;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The program to run and what it may do (config.md, "Process").
 *
 * @param terminal whether standard input, output and error are a pseudo-terminal
 * @param consoleSize size of that terminal; ignored without {@code terminal}
 * @param user the user and groups to run as
 * @param args the program and its arguments, at least one to start
 * @param env environment as {@code NAME=value}
 * @param cwd absolute working folder inside the container
 * @param capabilities the five capability sets; absent means none
 * @param rlimits resource limits, at most one of a type
 * @param noNewPrivileges prctl(PR_SET_NO_NEW_PRIVS)
 * @param apparmorProfile AppArmor profile to change to at exec
 * @param oomScoreAdj {@code /proc/self/oom_score_adj}, -1000 to 1000; absent leaves it as inherited
 * @param scheduler sched_setattr(2)
 * @param selinuxLabel SELinux label of the process
 * @param ioPriority ioprio_set(2)
 * @param execCpuAffinity affinity of processes that are added by exec; not used for the first one
 */
// The specification's name; java.lang.Process has no place in a container's configuration.
@SuppressWarnings("AvoidCommonTypeNames")
public record Process(
    boolean terminal,
    @Nullable ConsoleSize consoleSize,
    User user,
    List<String> args,
    List<String> env,
    String cwd,
    @Nullable Capabilities capabilities,
    List<Rlimit> rlimits,
    boolean noNewPrivileges,
    @Nullable String apparmorProfile,
    @Nullable Integer oomScoreAdj,
    @Nullable Scheduler scheduler,
    @Nullable String selinuxLabel,
    @Nullable IoPriority ioPriority,
    @Nullable CpuAffinity execCpuAffinity) {

  public Process {
    args = List.copyOf(args);
    env = List.copyOf(env);
    rlimits = List.copyOf(rlimits);
  }

  /** A process of root in {@code /} without capabilities; change the rest by {@link #with}. */
  public static Process of(List<String> args) {
    return new Process(
        false, null, User.ROOT, args, List.of(), "/", null, List.of(), false, null, null, null,
        null, null, null);
  }

  /** A copy with some fields set: {@code process.with(p -> p.cwd = "/srv")}. */
  public Process with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new Process(
        draft.terminal,
        draft.consoleSize,
        draft.user,
        draft.args,
        draft.env,
        draft.cwd,
        draft.capabilities,
        draft.rlimits,
        draft.noNewPrivileges,
        draft.apparmorProfile,
        draft.oomScoreAdj,
        draft.scheduler,
        draft.selinuxLabel,
        draft.ioPriority,
        draft.execCpuAffinity);
  }

  /** The fields while they change; Java has no derived creation of records yet. */
  public static final class Draft {
    public boolean terminal;
    public @Nullable ConsoleSize consoleSize;
    public User user;
    public List<String> args;
    public List<String> env;
    public String cwd;
    public @Nullable Capabilities capabilities;
    public List<Rlimit> rlimits;
    public boolean noNewPrivileges;
    public @Nullable String apparmorProfile;
    public @Nullable Integer oomScoreAdj;
    public @Nullable Scheduler scheduler;
    public @Nullable String selinuxLabel;
    public @Nullable IoPriority ioPriority;
    public @Nullable CpuAffinity execCpuAffinity;

    private Draft(Process from) {
      terminal = from.terminal;
      consoleSize = from.consoleSize;
      user = from.user;
      args = from.args;
      env = from.env;
      cwd = from.cwd;
      capabilities = from.capabilities;
      rlimits = from.rlimits;
      noNewPrivileges = from.noNewPrivileges;
      apparmorProfile = from.apparmorProfile;
      oomScoreAdj = from.oomScoreAdj;
      scheduler = from.scheduler;
      selinuxLabel = from.selinuxLabel;
      ioPriority = from.ioPriority;
      execCpuAffinity = from.execCpuAffinity;
    }
  }
}
