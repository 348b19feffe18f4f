package io.lighter.runtime.lifecycle;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupFolder;
import io.lighter.cgroups.CgroupTree;
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
import io.lighter.runtime.resources.CpuBandwidth;
import io.lighter.runtime.resources.ResourceSettings;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecReader;
import io.lighter.runtime.systemd.Scope;
import io.lighter.runtime.systemd.Systemd;
import io.lighter.runtime.systemd.SystemdException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
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

  /** How long a killed process may take to be gone, uninterruptible sleep included. */
  private static final Duration ENDING = Duration.ofSeconds(10);

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
          Spec.VERSION, id, Status.CREATING, 0, folder, folder, Map.of(), created(), 0, null);
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
        file.owner(),
        file.cgroup());
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
    CgroupFolder cgroup = CgroupFolder.locate(state.cgroup());
    return cgroup != null && cgroup.isFrozen() ? Status.PAUSED : Status.RUNNING;
  }

  /** By the cgroup's descriptor: for who has the kernel's calls loaded, as an exec has. */
  private boolean isFrozen(StateFile state) {
    try (Cgroup cgroup = store.launch().tree().openIfExists(state.cgroup())) {
      String events = cgroup == null ? null : cgroup.read("cgroup.events");
      return events != null && events.contains("frozen 1");
    }
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

  private ContainerPlace place(StateFile state) {
    return new ContainerPlace(id, state.bundle(), folder, state.cgroup());
  }

  /**
   * Opens its first process.
   *
   * @throws LifecycleException when that has ended
   */
  private PidFd process(StateFile state) {
    PidFd process = linux.processes().pidfdOpen(state.pid());
    // Asked after the opening: then the descriptor is of the process that was asked for.
    if (process != null && ProcessTime.of(state.pid()) == state.startTime()) {
      return process;
    }
    if (process != null) {
      process.close();
    }
    throw new LifecycleException("the container " + id + " is stopped");
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
    if (!ignorePaused && isFrozen(state) && status(state) == Status.PAUSED) {
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
      ContainerPlace place = place(state);
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
    if (all) {
      killAll(state, signal);
      return;
    }
    require(state, "sent a signal", Status.CREATED, Status.RUNNING, Status.PAUSED);
    try (PidFd process = process(state)) {
      linux.processes().signal(process, signal);
    }
  }

  private void killAll(StateFile state, int signal) {
    try (Cgroup cgroup = store.launch().tree().openIfExists(state.cgroup())) {
      if (cgroup == null) {
        throw new LifecycleException("the container " + id + " is stopped");
      }
      if (signal == Signals.SIGKILL) {
        cgroup.kill();
        return;
      }
      for (int pid : below(cgroup)) {
        try (PidFd process = linux.processes().pidfdOpen(pid)) {
          // Still there: its number was not handed to a stranger before it was opened.
          if (process != null && below(cgroup).contains(pid)) {
            linux.processes().signal(process, signal);
          }
        }
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
      if (state != null) {
        end(state);
        removeCgroup(state.cgroup());
        stopUnit(state);
        if (wantsMoreAtItsEnd()) {
          Spec spec = spec();
          // Asked first: to make a launch takes longer than all the rest of an end.
          if (spec.linuxOrEmpty().intelRdt() != null) {
            store.launch().release(spec, place(state));
          }
          poststop(spec, state);
        }
      }
      store.forget(id);
      store.specifications().forget(id, state);
      removeFolder();
    }
  }

  private void end(StateFile state) {
    if (state.pid() == 0 || ProcessTime.of(state.pid()) != state.startTime()) {
      return;
    }
    try (PidFd process = process(state)) {
      linux.processes().signal(process, Signals.SIGKILL);
      new Polling(linux).poll(process, Polling.POLLIN, (int) ENDING.toMillis());
    } catch (LifecycleException e) {
      // It has ended already.
      return;
    }
  }

  private void removeCgroup(String path) {
    CgroupFolder folder = CgroupFolder.locate(path);
    if (folder == null || folder.removeIfEmpty()) {
      return;
    }
    try (Cgroup cgroup = store.launch().tree().openIfExists(path)) {
      if (cgroup != null) {
        cgroup.destroy(ENDING);
      }
    }
  }

  /**
   * Tells systemd, which finds out by itself otherwise, as soon as the scope is empty: so where it
   * cannot be told, that is no reason to keep the container.
   */
  private void stopUnit(StateFile state) {
    String unit = state.unit();
    if (unit != null) {
      try (Systemd systemd = store.systemd()) {
        systemd.stop(unit);
      } catch (SystemdException e) {
        warn(e.getMessage());
      }
    }
  }

  /** Asked of the text: to read it as a specification takes longer than all the rest of the end. */
  private boolean wantsMoreAtItsEnd() {
    try {
      String config = Files.readString(folder.resolve(CONFIG));
      return config.contains("\"poststop\"") || config.contains("\"intelRdt\"");
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("the configuration of " + id + " cannot be read", e);
    }
  }

  /** Their failure is no reason to keep the container: runtime.md, "Lifecycle", step 13. */
  private void poststop(Spec spec, StateFile state) {
    if (!spec.hooks().poststop().isEmpty()) {
      try {
        store.launch().poststop(spec, place(state));
      } catch (StartException e) {
        warn(e.getMessage());
      }
    }
  }

  private void warn(@Nullable String message) {
    if (message != null) {
      System.getLogger(StoredContainer.class.getName())
          .log(System.Logger.Level.WARNING, "container " + id + ": " + message);
    }
  }

  private void removeFolder() {
    try (Stream<Path> files = Files.walk(folder)) {
      // The last first: what lies in a folder comes after it.
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    } catch (NoSuchFileException e) {
      return; // somebody else was quicker
    } catch (IOException e) {
      throw new UncheckedIOException("what is left of " + id + " cannot be removed", e);
    }
  }

  /** Undoes a creation that failed. */
  void discard(Exception cause, LifecycleLaunch.@Nullable Waiting waiting) {
    try {
      if (waiting != null) {
        linux.processes().signal(waiting.process(), Signals.SIGKILL);
        linux.processes().waitFor(waiting.process());
        waiting.process().close();
        waiting.memory().close();
      }
      StateFile state = Files.exists(folder.resolve(STATE)) ? read() : null;
      // A launch that has failed has cleaned up; a cgroup of this name may be another container's.
      if (state != null && waiting != null) {
        removeCgroup(state.cgroup());
        stopUnit(state);
        store.launch().release(spec(), place(state));
      }
      removeFolder();
    } catch (Exception e) {
      cause.addSuppressed(e);
    }
  }

  /** Freezes its processes. */
  public void pause() {
    StateFile state = made();
    require(state, "paused", Status.RUNNING, Status.CREATED);
    try (Cgroup cgroup = store.launch().tree().open(state.cgroup())) {
      cgroup.freeze(ENDING);
    }
  }

  /** Thaws its processes. */
  public void resume() {
    StateFile state = made();
    require(state, "resumed", Status.PAUSED);
    try (Cgroup cgroup = store.launch().tree().open(state.cgroup())) {
      cgroup.thaw();
    }
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
    String below = options.cgroup();
    String path = below == null ? state.cgroup() : state.cgroup() + CgroupPaths.below(below);
    try (PidFd first = enterable(state, options.ignorePaused());
        Cgroup cgroup = launch.tree().open(path)) {
      LiveContainer container =
          new LiveContainer(
              store.specifications().get(id, state, this::spec),
              place(state),
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
    try (Cgroup cgroup = store.launch().tree().openIfExists(state.cgroup())) {
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
    CgroupTree tree = store.launch().tree();
    try (Cgroup above = tree.open(place(state).parentCgroup());
        Cgroup cgroup = tree.open(state.cgroup())) {
      var settings = ResourceSettings.of(CpuBandwidth.completed(resources, cgroup));
      tree.check(settings);
      if (state.unit() == null) {
        above.enableFor(settings);
      } else {
        // What is enabled above is up to systemd, which has enabled all that it has.
        try (Systemd systemd = store.systemd()) {
          Scope.update(systemd, state.unit(), settings);
        }
      }
      cgroup.apply(settings);
    }
  }

  /** Returns the process ids of all its processes as the host sees them. */
  public List<Integer> pids() {
    try (Cgroup cgroup = cgroup()) {
      return cgroup == null ? List.of() : below(cgroup);
    }
  }

  private static List<Integer> below(Cgroup cgroup) {
    List<Integer> pids = new ArrayList<>(cgroup.processes());
    pids.remove(Integer.valueOf(0));
    return pids;
  }

  /**
   * Opens its cgroup for statistics, events and pressure; the caller closes it. Null when it has
   * none any more.
   */
  public @Nullable Cgroup cgroup() {
    return store.launch().tree().openIfExists(made().cgroup());
  }
}
