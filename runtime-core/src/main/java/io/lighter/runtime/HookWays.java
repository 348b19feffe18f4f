package io.lighter.runtime;

import io.lighter.linux.Fd;
import io.lighter.linux.LaunchFailure;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Sched;
import io.lighter.linux.SignalDefaults;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.launch.EnteredNamespaces;
import io.lighter.runtime.launch.ExecPlan;
import io.lighter.runtime.launch.ExecPlanner;
import io.lighter.runtime.launch.JoinedNamespaces;
import io.lighter.runtime.spec.Hook;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.NamespaceType;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the hooks of the host's own programs run. */
final class HookWays {
  private HookWays() {}

  /** In the runtime's namespaces, as who the runtime is. */
  static HookRunner.Way inRuntime(Linux linux) {
    return (hook, stdio) -> launch(linux, hook, stdio, null, LinuxConfig.EMPTY);
  }

  /**
   * In the container's namespaces, with every right there: for {@code createContainer}, before the
   * container has its own root, so that the path is one of the host's.
   */
  static HookRunner.Way inNamespaces(Linux linux, PidFd container, LinuxConfig config) {
    return (hook, stdio) -> launch(linux, hook, stdio, container, config);
  }

  private static PidFd launch(
      Linux linux, Hook hook, Stdio stdio, @Nullable PidFd container, LinuxConfig config) {
    if (container == null) {
      return launchIn(linux, hook, stdio, null, null, config);
    }
    try (Fd folder = JoinedNamespaces.folder(linux, container)) {
      Fd handle = folder == null ? container : folder;
      return launchIn(linux, hook, stdio, container, handle, config);
    }
  }

  private static PidFd launchIn(
      Linux linux,
      Hook hook,
      Stdio stdio,
      @Nullable PidFd container,
      @Nullable Fd handle,
      LinuxConfig config) {
    LaunchProgram program = new LaunchProgram(linux.missing());
    SignalDefaults.restore(program);
    program.call(SystemCall.SETSID);
    if (handle != null) {
      JoinedNamespaces.join(program, handle, ExecPlanner.joined(config));
      if (config.hasNamespace(NamespaceType.USER)) {
        program.call(SystemCall.SETRESGID, 0, 0, 0);
        program.call(SystemCall.SETRESUID, 0, 0, 0);
      }
    }
    program.call(SystemCall.DUP3, stdio.stdin(), 0, 0);
    program.call(SystemCall.DUP3, stdio.stdout(), 1, 0);
    program.call(SystemCall.DUP3, stdio.stderr(), 2, 0);
    program.closeFrom(3);
    List<String> args = hook.args().isEmpty() ? List.of(hook.path()) : hook.args();
    program.call(SystemCall.EXECVE, hook.path(), args, hook.env());
    long flags = ExecPlan.cloneFlags(handle == null ? LinuxConfig.EMPTY : config);
    try (Arena arena = linux.processes().launchArena(flags)) {
      LaunchImage image = new LaunchImage(program, flags, arena);
      PidFd process = EnteredNamespaces.launch(linux, image, entries(container, config), false);
      LaunchFailure failure = image.failure();
      if (failure != null) {
        linux.processes().waitFor(process);
        process.close();
        throw new StartException(StartException.Kind.RUNTIME, failure.toString());
      }
      return process;
    }
  }

  private static List<EnteredNamespaces.Entry> entries(
      @Nullable PidFd container, LinuxConfig config) {
    return container != null && config.hasNamespace(NamespaceType.PID)
        ? List.of(new EnteredNamespaces.Entry(container, Sched.CLONE_NEWPID, "pid_for_children"))
        : List.of();
  }
}
