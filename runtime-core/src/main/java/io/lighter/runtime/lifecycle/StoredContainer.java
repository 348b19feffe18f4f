package io.lighter.runtime.lifecycle;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupFolder;
import io.lighter.linux.ExitStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Polling;
import io.lighter.linux.Signals;
import io.lighter.runtime.ContainerPlace;
import io.lighter.runtime.LifecycleLaunch;
import io.lighter.runtime.LiveContainer;
import io.lighter.runtime.StartException;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.launch.Rendezvous;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
  private static final String PIPE = "from-init";

  private static final int FOREVER = Integer.MAX_VALUE;

  private final ContainerStore store;
  private final Linux linux;
  private final String id;
  private final Path folder;

  StoredContainer(ContainerStore store, Linux linux, String id, Path folder) {
    this.store = store;
    this.linux = linux;
    this.id = id;
    this.folder = folder;
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
    StateFile file = read();
    if (file == null) {
      return new ContainerState(
          Spec.VERSION, id, Status.CREATING, 0, folder, folder, Map.of(), created(), owner(), null);
    }
    Status status = status(file);
    boolean lives = status != Status.STOPPED && status != Status.CREATING;
    return new ContainerState(
        file.ociVersion(),
        id,
        status,
        lives ? file.pid() : 0,
        file.bundle(),
        file.rootfs(),
        file.annotations(),
        file.created(),
        owner(),
        file.cgroup());
  }

  /** As this process sees it, which may be in another user namespace than its creator. */
  private long owner() {
    try {
      return (Integer) Files.getAttribute(folder, "unix:uid") & 0xFFFF_FFFFL;
    } catch (IOException e) {
      throw new LifecycleException("there is no container " + id, e);
    }
  }

  private java.time.Instant created() {
    try {
      return Files.getLastModifiedTime(folder).toInstant();
    } catch (IOException e) {
      throw new LifecycleException("there is no container " + id, e);
    }
  }

  /** Null while it is being made. */
  private @Nullable StateFile read() {
    try {
      return StateFile.read(folder.resolve(STATE));
    } catch (NoSuchFileException e) {
      if (Files.isDirectory(folder)) {
        return null;
      }
      throw new LifecycleException("there is no container " + id, e);
    } catch (IOException e) {
      throw new UncheckedIOException("the state of " + id + " cannot be read", e);
    }
  }

  private StateFile made() {
    StateFile state = read();
    if (state == null) {
      throw new LifecycleException("the container " + id + " is still being made");
    }
    return state;
  }

  private Status status(StateFile state) {
    if (state.pid() == 0) {
      return Status.CREATING;
    }
    if (ProcessTime.of(state.pid()) != state.startTime()) {
      return Status.STOPPED;
    }
    if (Files.exists(folder.resolve(PIPE))) {
      return Status.CREATED;
    }
    String path = state.cgroup();
    CgroupFolder cgroup = path == null ? null : CgroupFolder.locate(path);
    return cgroup != null && cgroup.isFrozen() ? Status.PAUSED : Status.RUNNING;
  }

  /** Whether its first process stands at its start, in memory of whoever created it. */
  boolean waits() {
    try {
      StateFile state = read();
      return state != null && status(state) == Status.CREATED;
    } catch (LifecycleException e) {
      return false; // deleted
    }
  }

  /** Returns its configuration as it was when it was created. */
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
      require(state, "entered", Status.CREATED, Status.RUNNING);
    }
    PidFd process;
    try {
      process = process(state);
    } catch (LifecycleException e) {
      throw new LifecycleException(e.getMessage() + " and cannot be entered", e);
    }
    // One that waits for its start can be frozen too, and is called created then.
    if (!ignorePaused && cgroupOf(state).isFrozen() && status(state) == Status.PAUSED) {
      process.close();
      throw new LifecycleException("the container " + id + " is paused and cannot be entered");
    }
    return process;
  }

  private void require(StateFile state, String what, Status... allowed) {
    Status status = status(state);
    if (!List.of(allowed).contains(status)) {
      throw new LifecycleException(
          "the container " + id + " is " + status.term() + " and cannot be " + what);
    }
  }

  /**
   * Starts the user's program, hooks included.
   *
   * @throws LifecycleException when it is not {@link Status#CREATED}
   * @throws io.lighter.runtime.StartException when it could not be executed; it is stopped then
   */
  public void start() {
    StateFile state = made();
    try (FolderLock _ = FolderLock.take(folder)) {
      require(state, "started", Status.CREATED);
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
    StateFile state = made();
    if (all && state.cgroup() != null) {
      cgroupOf(state).signalAll(signal);
      return;
    }
    require(state, "sent a signal", Status.CREATED, Status.RUNNING, Status.PAUSED);
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
    StateFile state = read();
    if (!force) {
      require(Objects.requireNonNullElseGet(state, this::made), "deleted", Status.STOPPED);
    }
    try (FolderLock _ = FolderLock.take(folder)) {
      removal().remove(state, this::spec);
    }
  }

  /** Undoes a creation that failed. */
  void discard(Exception cause, LifecycleLaunch.@Nullable Waiting waiting) {
    try {
      StateFile state = Files.exists(folder.resolve(STATE)) ? read() : null;
      removal().undo(state, waiting, this::spec);
    } catch (Exception e) {
      cause.addSuppressed(e);
    }
  }

  private ContainerRemoval removal() {
    return new ContainerRemoval(store, linux, id, folder);
  }

  private ContainerCgroup cgroupOf(StateFile state) {
    return new ContainerCgroup(store::launch, linux, state.place(id, folder));
  }

  /** Freezes its processes. */
  public void pause() {
    StateFile state = made();
    require(state, "paused", Status.RUNNING, Status.CREATED);
    cgroupOf(state).freeze();
  }

  /** Thaws its processes. */
  public void resume() {
    StateFile state = made();
    require(state, "resumed", Status.PAUSED);
    cgroupOf(state).thaw();
  }

  /**
   * Runs a further process in it.
   *
   * @throws LifecycleException when it is neither created nor running
   * @throws io.lighter.runtime.StartException when the process could not be started
   */
  public ExecProcess exec(ExecOptions options) {
    StateFile state = made();
    Process process = options.process();
    LifecycleLaunch launch = store.launch();
    try (PidFd first = enterable(state, options.ignorePaused());
        Cgroup cgroup = cgroupOf(state).openBelow(options.cgroup())) {
      LiveContainer container =
          new LiveContainer(
              store.specifications().get(id, state, this::spec),
              state.place(id, folder),
              () -> status(state).term(),
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
    StateFile state = made();
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
    StateFile state = made();
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

  /** Changes its limits: what is null or absent stays as it is. */
  public void update(Resources resources) {
    StateFile state = made();
    require(state, "updated", Status.CREATED, Status.RUNNING, Status.PAUSED);
    cgroupOf(state).limit(resources);
  }

  /** Returns the process ids of all its processes as the host sees them. */
  public List<Integer> pids() {
    StateFile state = made();
    if (state.cgroup() != null) {
      return cgroupOf(state).processes();
    }
    return status(state) == Status.STOPPED ? List.of() : new NamespaceMembers(state.pid()).pids();
  }

  /**
   * Opens its cgroup for statistics, events and pressure; the caller closes it. Null when it has
   * none any more.
   */
  public @Nullable Cgroup cgroup() {
    return cgroupOf(made()).openIfExists();
  }
}
