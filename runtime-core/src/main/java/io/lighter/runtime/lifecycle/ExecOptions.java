package io.lighter.runtime.lifecycle;

import io.lighter.linux.Fd;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.spec.Process;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A further process of a container.
 *
 * @param process what to run; what it leaves out (capabilities, no_new_privs, labels) is taken from
 *     it as it is and not from the container's first process
 * @param stdio what it has as standard streams; null with {@code process.terminal}
 * @param window the size of its terminal; null without {@code process.terminal}
 * @param extra what it has as descriptors 3 and up; they stay the caller's
 * @param cgroup a cgroup below the container's, relative to it, in which it is born; null for the
 *     container's
 * @param ignorePaused whether it may be started in a container that is paused, to wait there until
 *     it is resumed
 */
public record ExecOptions(
    Process process,
    @Nullable Stdio stdio,
    @Nullable WindowSize window,
    List<Fd> extra,
    @Nullable String cgroup,
    boolean ignorePaused) {
  public ExecOptions {
    extra = List.copyOf(extra);
    if ((stdio == null) == (window == null)) {
      throw new IllegalArgumentException("either standard streams or the size of a terminal");
    }
  }

  /** A process with the standard streams that are given. */
  public static ExecOptions of(Process process, Stdio stdio) {
    return new ExecOptions(process, stdio, null, List.of(), null, false);
  }

  /** A process with a terminal of its own. */
  public static ExecOptions of(Process process, WindowSize window) {
    return new ExecOptions(process, null, window, List.of(), null, false);
  }
}
