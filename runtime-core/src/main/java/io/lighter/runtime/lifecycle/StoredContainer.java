package io.lighter.runtime.lifecycle;

import io.lighter.cgroups.Cgroup;
import io.lighter.linux.ExitStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Polling;
import io.lighter.linux.Signals;
import io.lighter.runtime.CheckpointLaunch;
import io.lighter.runtime.ContainerPlace;
import io.lighter.runtime.LifecycleLaunch;
import io.lighter.runtime.LiveContainer;
import io.lighter.runtime.StartException;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.criu.CriuSettings;
import io.lighter.runtime.launch.Rendezvous;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One container of a {@link ContainerStore}.
 *
 * <p>It holds no descriptor and no lock between calls. Safe for use by many threads and processes.
 */
public final class StoredContainer {
  static final String CONFIG = "config.json";
  static final String STATE = "state.json";

  private static final int FOREVER = Integer.MAX_VALUE;

  private final ContainerStore store;
  private final Linux linux;
  private final String id;
  private final Path folder;
  private final StoredState stored;

  StoredContainer(ContainerStore store, Linux linux, String id, Path folder) {
    this.store = store;
    this.linux = linux;
    this.id = id;
    this.folder = folder;
    this.stored = new StoredState(id, folder);
  }

  /** Returns its id. */
  public String id() {
    return id;
  }

  /**
   * Returns its state as it is now.
   *
   * @throws LifecycleException when it has been deleted
   */
  public ContainerState state() {
    return stored.describe();
  }

  /** Whether its first process stands at its start, in memory of whoever created it. */
  boolean waits() {
    try {
      StateFile state = stored.read();
      return state != null && stored.status(state) == Status.CREATED;
    } catch (LifecycleException e) {
      return false; // deleted
    }
  }

  /** Returns its configuration as it was when it was created, with the limits that hold now. */
  public Spec spec() {
    try {
      return SpecReader.read(folder.resolve(CONFIG));
    } catch (IOException e) {
      throw new UncheckedIOException("the configuration of " + id + " cannot be read", e);
    }
  }

  /**
   * Opens its first process.
   *
   * @throws LifecycleException when that has ended
   */
  private PidFd process(StateFile state) {
    PidFd process = state.openProcess(linux);
    if (process == null) {
      throw new LifecycleException("the container " + id + " is stopped");
    }
    return process;
  }

  /** Opens its first process, for others that shall join it. */
  private PidFd enterable(StateFile state, boolean ignorePaused) {
    if (state.pid() == 0) {
      stored.require(state, "entered", Status.CREATED, Status.RUNNING);
    }
    PidFd process;
    try {
      process = process(state);
    } catch (LifecycleException e) {
      throw new LifecycleException(e.getMessage() + " and cannot be entered", e);
    }
    // One that waits for its start can be frozen too, and is called created then.
    if (!ignorePaused && cgroupOf(state).isFrozen() && stored.status(state) == Status.PAUSED) {
      process.close();
      throw new LifecycleException("the container " + id + " is paused and cannot be entered");
    }
    return process;
  }

  /**
   * Listens for the container's process, which may say that it is ready from its {@link #start} on.
   *
   * @return null when the container was made without such a socket: {@link
   *     CreateOptions#withNotifySocket}
   */
  public @Nullable NotifySocket notifySocket() {
    return NotifySocket.open(linux, folder);
  }

  /**
   * Starts the user's program, hooks included.
   *
   * @throws LifecycleException when it is not {@link Status#CREATED}
   * @throws io.lighter.runtime.StartException when it could not be executed; it is stopped then
   */
  public void start() {
    StateFile state = stored.made();
    try (FolderLock _ = FolderLock.take(folder)) {
      stored.require(state, "started", Status.CREATED);
      Spec spec = spec();
      ContainerPlace place = state.place(id, folder);
      LifecycleLaunch launch = store.launch();
      try (PidFd process = process(state)) {
        try {
          launch.start(spec, place, process);
        } catch (StartException e) {
          linux.processes().signal(process, Signals.SIGKILL);
          throw e;
        } finally {
          Rendezvous.remove(linux, folder);
        }
        poststart(spec, place, process);
      }
    } finally {
      if (!waits()) {
        store.forget(id);
      }
    }
  }

  private void poststart(Spec spec, ContainerPlace place, PidFd process) {
    try {
      store.launch().poststart(spec, place, process.pid());
    } catch (StartException e) {
      // runtime.md 1.3.0, "Lifecycle", step 9: the container is stopped, and the error told.
      linux.processes().signal(process, Signals.SIGKILL);
      throw e;
    }
  }

  /**
   * Sends a signal to its first process.
   *
   * @param all whether to every process in its cgroup, which then may also be that of a container
   *     whose first process has ended
   * @throws LifecycleException when it is stopped
   */
  public void kill(int signal, boolean all) {
    StateFile state = stored.made();
    if (all && state.cgroup() != null) {
      cgroupOf(state).signalAll(signal);
      return;
    }
    stored.require(state, "sent a signal", Status.CREATED, Status.RUNNING, Status.PAUSED);
    try (PidFd process = process(state)) {
      if (all && signal != Signals.SIGKILL) {
        new NamespaceMembers(state.pid()).signal(linux, signal);
      } else {
        // At the end of the first, all in its PID namespace end.
        linux.processes().signal(process, signal);
      }
    }
  }

  /**
   * Removes everything that is left of it, and runs its {@code poststop} hooks.
   *
   * @param force whether to kill what still runs first
   * @throws LifecycleException when it is not stopped and force is not given
   */
  public void delete(boolean force) {
    StateFile state = stored.read();
    if (!force) {
      stored.require(Objects.requireNonNullElseGet(state, stored::made), "deleted", Status.STOPPED);
    }
    try (FolderLock _ = FolderLock.take(folder)) {
      removal().remove(state, this::spec);
    }
  }

  /** Undoes a creation that failed. */
  void discard(Exception cause, LifecycleLaunch.@Nullable Waiting waiting) {
    try {
      StateFile state = Files.exists(folder.resolve(STATE)) ? stored.read() : null;
      removal().undo(state, waiting, this::spec);
    } catch (Exception e) {
      cause.addSuppressed(e);
    }
  }

  private ContainerRemoval removal() {
    return new ContainerRemoval(store, linux, id, folder);
  }

  private ContainerCgroup cgroupOf(StateFile state) {
    return new ContainerCgroup(store, linux, state.place(id, folder), state.unit());
  }

  /**
   * Has CRIU write its processes down, for {@link ContainerStore#restore}. When that fails it runs
   * on as it was.
   *
   * @param leaveRunning whether it runs on afterwards; otherwise it is stopped
   * @throws LifecycleException when it does not run, or has no cgroup
   * @throws io.lighter.runtime.criu.CriuException when it cannot be written down
   */
  public void checkpoint(CriuSettings settings, boolean leaveRunning) {
    StateFile state = stored.made();
    // Without the lock: who waits for its end deletes it, maybe before CRIU has gone.
    try (PidFd process = process(state)) {
      stored.require(state, "written down", Status.RUNNING);
      ContainerCgroup cgroup = cgroupOf(state);
      ContainerPlace place = state.place(id, folder);
      CheckpointLaunch launch = store.launch().checkpoints();
      try {
        Path home = cgroup.folder("written down");
        launch.dump(
            spec(),
            state.rootfs(),
            place,
            process,
            home,
            cgroup.processes(),
            settings,
            leaveRunning);
      } catch (RuntimeException e) {
        cgroup.thawIfFrozen(e);
        throw e;
      }
    }
  }

  /** Freezes its processes. */
  public void pause() {
    StateFile state = stored.made();
    stored.require(state, "paused", Status.RUNNING, Status.CREATED);
    cgroupOf(state).freeze();
  }

  /** Thaws its processes. */
  public void resume() {
    StateFile state = stored.made();
    stored.require(state, "resumed", Status.PAUSED);
    cgroupOf(state).thaw();
  }

  /**
   * Runs a further process in it.
   *
   * @throws LifecycleException when it is neither created nor running
   * @throws io.lighter.runtime.StartException when the process could not be started
   */
  public ExecProcess exec(ExecOptions options) {
    StateFile state = stored.made();
    Process process = options.process();
    LifecycleLaunch launch = store.launch();
    try (PidFd first = enterable(state, options.ignorePaused());
        Cgroup cgroup = cgroupOf(state).openBelow(options.cgroup())) {
      LiveContainer container =
          new LiveContainer(
              store.specifications().get(id, state, this::spec),
              state.place(id, folder),
              () -> stored.status(state).term(),
              first,
              cgroup,
              state.keyring() ? id : null);
      if (options.window() == null) {
        Stdio stdio = Objects.requireNonNull(options.stdio());
        return new ExecProcess(launch.exec(container, process, stdio, options.extra()), null);
      }
      LifecycleLaunch.WithTerminal started =
          launch.exec(container, process, options.window(), options.extra());
      return new ExecProcess(started.process(), started.terminal());
    }
  }

  /**
   * Begins to watch it. What is so already is not told, but for its end.
   *
   * @throws LifecycleException when its first process has ended and been reaped
   */
  public ContainerWatcher.Watch watch(ContainerWatcher watcher) {
    StateFile state = stored.made();
    PidFd process = process(state);
    try (Cgroup cgroup = cgroupOf(state).openIfExists()) {
      return watcher.add(id, process, cgroup == null ? null : watcher.cgroups().watch(cgroup));
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /**
   * Waits until its first process ends, for as long as it takes. Nothing is reaped.
   *
   * @return how it ended, or null when the kernel does not know any more: before Linux 6.15 it
   *     forgets that once the parent has reaped the process
   * @throws LifecycleException when it has ended and been reaped before
   */
  public @Nullable ExitStatus await() {
    StateFile state = stored.made();
    try (PidFd process = linux.processes().pidfdOpen(state.pid())) {
      if (process == null || ProcessTime.ofReapable(state.pid()) != state.startTime()) {
        throw new LifecycleException("the container " + id + " is stopped");
      }
      Polling polling = new Polling(linux);
      while (polling.poll(process, Polling.POLLIN, FOREVER) == 0) {
        // a signal came, or the time is up
      }
      return linux.exitReports().of(process);
    }
  }

  /**
   * Changes its limits, and its stored configuration with them: what is null or absent stays as it
   * is.
   *
   * @throws LifecycleException when it is stopped, or has no cgroup
   */
  public void update(Resources resources) {
    StateFile state = stored.made();
    stored.require(state, "updated", Status.CREATED, Status.RUNNING, Status.PAUSED);
    new LimitChange(folder, cgroupOf(state)).carryOut(resources, this::spec);
    store.specifications().forget(id, state);
  }

  /** Returns the process ids of all its processes as the host sees them. */
  public List<Integer> pids() {
    StateFile state = stored.made();
    if (state.cgroup() != null) {
      return cgroupOf(state).processes();
    }
    return stored.status(state) == Status.STOPPED
        ? List.of()
        : new NamespaceMembers(state.pid()).pids();
  }

  /**
   * Opens its cgroup for statistics, events and pressure; the caller closes it. Null when it has
   * none any more.
   */
  public @Nullable Cgroup cgroup() {
    return cgroupOf(stored.made()).openIfExists();
  }
}
