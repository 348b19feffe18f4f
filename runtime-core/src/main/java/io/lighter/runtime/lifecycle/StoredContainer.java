package io.lighter.runtime.lifecycle;

import io.lighter.cgroups.Cgroup;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Spec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One container of a {@link ContainerStore}.
 *
 * <p>It holds no descriptor and no lock between calls. Safe for use by many threads and processes.
 */
@SuppressWarnings("DoNotCallSuggester") // until it is written
public final class StoredContainer {
  private final String id;

  StoredContainer(String id) {
    this.id = id;
  }

  /** Returns its id. */
  public String id() {
    return id;
  }

  /** Returns its state as it is now. */
  public ContainerState state() {
    throw new UnsupportedOperationException("is being written");
  }

  /** Returns its configuration as it was when it was created, with what updates have changed. */
  public Spec spec() {
    throw new UnsupportedOperationException("is being written");
  }

  /**
   * Starts the user's program, hooks included.
   *
   * @throws LifecycleException when it is not {@link Status#CREATED}
   * @throws io.lighter.runtime.StartException when it could not be executed; it is stopped then
   */
  public void start() {
    throw new UnsupportedOperationException("is being written");
  }

  /**
   * Sends a signal to its first process.
   *
   * @param all whether to every process in its cgroup, which then may also be that of a container
   *     whose first process has ended
   * @throws LifecycleException when it is stopped
   */
  public void kill(int signal, boolean all) {
    throw new UnsupportedOperationException("is being written");
  }

  /**
   * Removes everything that is left of it, and runs its {@code poststop} hooks.
   *
   * @param force whether to kill what still runs first
   * @throws LifecycleException when it is not stopped and force is not given
   */
  public void delete(boolean force) {
    throw new UnsupportedOperationException("is being written");
  }

  /** Freezes its processes. */
  public void pause() {
    throw new UnsupportedOperationException("is being written");
  }

  /** Thaws its processes. */
  public void resume() {
    throw new UnsupportedOperationException("is being written");
  }

  /**
   * Runs a further process in it.
   *
   * @throws LifecycleException when it is neither created nor running
   * @throws io.lighter.runtime.StartException when the process could not be started
   */
  public ExecProcess exec(ExecOptions options) {
    throw new UnsupportedOperationException("is being written");
  }

  /** Changes its limits: what is null or absent stays as it is. */
  public void update(Resources resources) {
    throw new UnsupportedOperationException("is being written");
  }

  /** Returns the process ids of all its processes as the host sees them. */
  public List<Integer> pids() {
    throw new UnsupportedOperationException("is being written");
  }

  /**
   * Opens its cgroup for statistics, events and pressure; the caller closes it. Null when it has
   * none any more.
   */
  public @Nullable Cgroup cgroup() {
    throw new UnsupportedOperationException("is being written");
  }
}
