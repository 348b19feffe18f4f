package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.launch.ExecPlan;
import io.lighter.runtime.launch.ExecPlanner;
import io.lighter.runtime.launch.Gate;
import io.lighter.runtime.launch.LaunchOptions;
import io.lighter.runtime.launch.Rendezvous;
import io.lighter.runtime.resources.Resctrl;
import io.lighter.runtime.resources.ResctrlException;
import io.lighter.runtime.spec.IntelRdt;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.systemd.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The launches of the life cycle: a container that waits, its start, further processes in it, and
 * the hooks around them. {@link io.lighter.runtime.lifecycle} keeps the books.
 *
 * <p>Safe for use by many threads.
 */
public final class LifecycleLaunch {
  private final Linux linux;
  private final CgroupTree tree;
  private final Preparation preparation;
  private final Path resctrl;

  /** Looks at the host. */
  public LifecycleLaunch(Linux linux) {
    this(linux, Resctrl.MOUNT_POINT);
  }

  /** Takes a folder for the file system {@code resctrl}. */
  LifecycleLaunch(Linux linux, Path resctrl) {
    this.resctrl = resctrl;
    this.linux = linux;
    this.tree = CgroupTree.locate(linux);
    this.preparation = new Preparation(linux, tree);
  }

  /** Returns the user namespace of this process. */
  public OwnUsers users() {
    return preparation.users();
  }

  /** Returns the cgroups of the host. */
  public CgroupTree tree() {
    return tree;
  }

  /** Returns what writes containers down. */
  public CheckpointLaunch checkpoints() {
    return new CheckpointLaunch(linux, preparation);
  }

  /** Returns what makes containers again that were written down. */
  public RestoreLaunch restores() {
    return new RestoreLaunch(linux, preparation, tree);
  }

  /**
   * A container that waits at {@link Gate#START}.
   *
   * @param process its first process, a child of this process
   * @param terminal the master of its terminal, or null
   * @param warnings what could not be done and does not keep it from running
   * @param memory what its first process walks until it is started: closed when it has been, or has
   *     ended
   */
  public record Waiting(
      PidFd process, @Nullable Fd terminal, List<String> warnings, AutoCloseable memory) {
    public Waiting {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Makes a container.
   *
   * @param stdio null when its process has a terminal
   * @param window null when its process has none
   * @param newKeyring whether it gets a session keyring of its own
   * @throws StartException when it does not come to that; nothing is left of it then
   */
  public Waiting create(
      Spec spec,
      Path rootfs,
      ContainerPlace place,
      @Nullable Stdio stdio,
      @Nullable WindowSize window,
      List<Fd> extra,
      boolean newKeyring) {
    String empty = place.folder().resolve("empty").toString();
    LaunchOptions options =
        new LaunchOptions(false, false, empty, newKeyring)
            .withCreated(place.id(), extra.size(), rootfs.toString());
    IntelRdt wanted = spec.linuxOrEmpty().intelRdt();
    Resctrl.Group cache = wanted == null ? null : Resctrl.at(resctrl).create(wanted, place.id());
    // Kept for this container alone: nobody closes a store, and most have other ids for each.
    try (IdMapNamespaces idMaps = new IdMapNamespaces(linux);
        RootFileSystem root = RootFileSystem.folder(rootfs)) {
      PlaceHousekeeping housekeeping = new PlaceHousekeeping(place, cgroups(place), idMaps, cache);
      PreparedContainer prepared = preparation.prepare(spec, root, options, housekeeping);
      try {
        Container container =
            window == null
                ? prepared.create(Objects.requireNonNull(stdio), extra)
                : prepared.create(window, extra);
        if (place.cgroup() != null) {
          container.cgroup().close();
        }
        return new Waiting(
            container.process(), container.terminal(), container.warnings(), prepared);
      } catch (RuntimeException e) {
        prepared.close();
        throw e;
      }
    } catch (RuntimeException e) {
      if (cache != null) {
        remove(cache, e);
      }
      throw e;
    }
  }

  private @Nullable CgroupMaker cgroups(ContainerPlace place) {
    Scope scope = place.scope();
    if (scope != null) {
      return new ScopeCgroup(linux, tree, scope);
    }
    String path = place.cgroup();
    return path == null ? null : new TreeCgroup(tree, path);
  }

  private static void remove(Resctrl.Group cache, RuntimeException cause) {
    try {
      cache.remove();
    } catch (ResctrlException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * Gives back what a container has had beside its folder and its cgroup. Calling it again does
   * nothing.
   */
  public void release(Spec spec, ContainerPlace place) {
    IntelRdt had = spec.linuxOrEmpty().intelRdt();
    if (had != null) {
      Resctrl.find(resctrl, had, place.id()).remove();
    }
  }

  /**
   * Starts a container that waits, {@code startContainer} hooks included.
   *
   * @param container its first process
   * @throws StartException when its command could not be executed; it has ended then
   */
  public void start(Spec spec, ContainerPlace place, PidFd container) {
    try (Rendezvous rendezvous = Rendezvous.open(linux, place.folder())) {
      if (!spec.hooks().startContainer().isEmpty()) {
        try (Cgroup cgroup = open(place.cgroup())) {
          new SpecGates(linux, preparation, spec, identity(place), cgroup, place.folder())
              .at(Gate.START, container);
        }
      }
      rendezvous.release();
      if (rendezvous.await(container) instanceof Rendezvous.ExecFailed failed) {
        Process process = Objects.requireNonNull(spec.process());
        throw StartFailures.of(process.args().getFirst(), failed.results());
      }
    }
  }

  private @Nullable Cgroup open(@Nullable String path) {
    return path == null ? null : tree.open(path);
  }

  /** Runs the {@code poststart} hooks. */
  public void poststart(Spec spec, ContainerPlace place, int pid) {
    hooks("poststart", spec, place, "running", pid);
  }

  /** Runs the {@code poststop} hooks. */
  public void poststop(Spec spec, ContainerPlace place) {
    hooks("poststop", spec, place, "stopped", 0);
  }

  private void hooks(String kind, Spec spec, ContainerPlace place, String status, int pid) {
    new HookRunner(linux)
        .run(
            kind,
            kind.equals("poststart") ? spec.hooks().poststart() : spec.hooks().poststop(),
            HookState.json(spec, identity(place), status, pid),
            HookWays.inRuntime(linux));
  }

  /**
   * Starts a further process in a container.
   *
   * @param extra what it has as descriptors 3 and up
   * @throws StartException when it does not come to that; nothing is left of it then
   */
  public PidFd exec(LiveContainer container, Process process, Stdio stdio, List<Fd> extra) {
    Spec spec = container.spec();
    LinuxConfig config = spec.linuxOrEmpty();
    ExecPlan plan =
        new ExecPlanner(
                config,
                process,
                preparation.grantable(),
                preparation.filter(spec),
                container.keyring())
            .plan(extra.size(), null);
    ContainerPlace place = container.place();
    ListenerHandOver agent = new ListenerHandOver(linux, spec, identity(place), container.status());
    ExecGate gate = new ExecGate(linux, place.folder(), agent);
    try (ExecLaunch launch =
        new ExecLaunch(linux, config, plan, process, gate, preparation.users())) {
      Cgroup cgroup = container.cgroup();
      Fd home = cgroup == null ? null : cgroup.fd();
      return launch.start(container.process(), home, stdio, extra);
    }
  }

  private static HookIdentity identity(ContainerPlace place) {
    return new HookIdentity(place.id(), place.bundle());
  }

  /**
   * A further process with a terminal of its own.
   *
   * @param process it
   * @param terminal the master
   */
  public record WithTerminal(PidFd process, Fd terminal) {}

  /** Starts a further process with a terminal. */
  public WithTerminal exec(
      LiveContainer container, Process process, WindowSize window, List<Fd> extra) {
    long owner = HostIds.uid(container.spec().linuxOrEmpty(), process.user().uid());
    try (ExecTerminal terminal = ExecTerminal.open(linux, container.process(), window, owner)) {
      PidFd started = exec(container, process, terminal.stdio(), extra);
      return new WithTerminal(started, terminal.takeMaster());
    }
  }
}
