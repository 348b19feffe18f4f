package io.lighter.runtime.lifecycle;

import io.lighter.linux.Fd;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.Stdio;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a container is made, beyond what its configuration says.
 *
 * @param stdio what its process has as standard streams; null with {@code process.terminal}
 * @param window the size of its terminal; null without {@code process.terminal}
 * @param extra what its process has as descriptors 3 and up; they stay the caller's
 * @param newKeyring whether it gets a session keyring of its own
 * @param cgroupIfAllowed whether its cgroup lies where this process may make one, if it is none
 *     that the configuration names, and it goes without where there is no such place; otherwise it
 *     must have one
 * @param systemdCgroup whether systemd makes its cgroup, which then is named {@code
 *     slice:prefix:name}, and which it must have
 * @param notifySocket whether its process can say that it is ready, by sd_notify(3): {@link
 *     StoredContainer#notifySocket}
 */
public record CreateOptions(
    @Nullable Stdio stdio,
    @Nullable WindowSize window,
    List<Fd> extra,
    boolean newKeyring,
    boolean cgroupIfAllowed,
    boolean systemdCgroup,
    boolean notifySocket) {
  public CreateOptions {
    extra = List.copyOf(extra);
    if ((stdio == null) == (window == null)) {
      throw new IllegalArgumentException("either standard streams or the size of a terminal");
    }
  }

  /** Options for a process without a terminal. */
  public static CreateOptions of(Stdio stdio) {
    return new CreateOptions(stdio, null, List.of(), true, false, false, false);
  }

  /** Options for a process with a terminal. */
  public static CreateOptions of(WindowSize window) {
    return new CreateOptions(null, window, List.of(), true, false, false, false);
  }

  /**
   * Returns the same with a cgroup that systemd makes: {@link ContainerStore#open(Path, Supplier)}.
   */
  public CreateOptions withSystemdCgroup() {
    return new CreateOptions(stdio, window, extra, newKeyring, cgroupIfAllowed, true, notifySocket);
  }

  /** Returns the same with a socket by which the process can say that it is ready. */
  public CreateOptions withNotifySocket() {
    return new CreateOptions(
        stdio, window, extra, newKeyring, cgroupIfAllowed, systemdCgroup, true);
  }
}
