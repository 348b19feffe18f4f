package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupException;
import io.lighter.cgroups.Setting;
import io.lighter.linux.Fd;
import io.lighter.linux.FileSystemStatus;
import io.lighter.linux.LaunchFailure;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.MountFlags;
import io.lighter.linux.Mounts;
import io.lighter.linux.PidFd;
import io.lighter.linux.WindowSize;
import io.lighter.overlay.OverlayOptions;
import io.lighter.overlay.WritableLayer;
import io.lighter.runtime.devices.DeviceFilter;
import io.lighter.runtime.launch.EnteredNamespaces;
import io.lighter.runtime.launch.LaunchInputs.NamespaceInput;
import io.lighter.runtime.launch.LaunchInputs.RendezvousInput;
import io.lighter.runtime.launch.LaunchInputs.TerminalInput;
import io.lighter.runtime.launch.LaunchInputs.TreeInput;
import io.lighter.runtime.launch.LaunchPlan;
import io.lighter.runtime.launch.NamespaceFiles;
import io.lighter.runtime.launch.Rendezvous;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A specification that is ready to be started, any number of times and by many threads at once.
 *
 * <p>Closing it frees its launch programs and lets go of its device filter; containers that run go
 * on, and stay guarded.
 */
public final class PreparedContainer implements AutoCloseable {
  private final Linux linux;
  private final Preparation preparation;
  private final Housekeeping housekeeping;
  private final Spec spec;
  private final LaunchPlan plan;
  private final Process process;
  private final RootFileSystem root;
  private final List<Setting> limits;
  private final @Nullable DeviceFilter devices;
  private final OverlayOptions overlayOptions;
  private final boolean pooledNetwork;
  private final DetachedTrees trees;
  private final long rootPropagation;

  /** Launch images that no start uses now. Their memory is in the arena. */
  private final ConcurrentLinkedQueue<LaunchImage> images = new ConcurrentLinkedQueue<>();

  private final Arena arena;

  /** Of the one container that waits, when the plan is to create one. */
  private volatile @Nullable GatedBirth birth;

  PreparedContainer(
      Linux linux,
      Preparation preparation,
      Housekeeping housekeeping,
      Spec spec,
      LaunchPlan plan,
      RootFileSystem root,
      List<Setting> limits,
      @Nullable DeviceFilter devices) {
    this.linux = linux;
    this.preparation = preparation;
    this.housekeeping = housekeeping;
    this.spec = spec;
    this.plan = plan;
    this.arena = linux.processes().launchArena(plan.cloneFlags());
    this.process = Objects.requireNonNull(spec.process());
    this.root = root;
    this.limits = limits;
    this.devices = devices;
    this.pooledNetwork = plan.inputs().network() != null;
    this.trees = new DetachedTrees(linux, housekeeping.idMaps());
    this.rootPropagation = DetachedTrees.propagation(spec.linuxOrEmpty().rootfsPropagation());
    OverlayOptions overlay =
        OverlayOptions.THROW_AWAY.withAttributes(rootAttributes()).withLabel(rootLabel(spec));
    this.overlayOptions = preparation.users().initial() ? overlay : overlay.inUserNamespace();
  }

  /**
   * A device node that an image brings along must not reach a device of the host: where no device
   * filter guards the cgroup, only a container that may make nodes itself can use them.
   */
  private long rootAttributes() {
    if (devices != null) {
      return 0;
    }
    Capabilities capabilities = process.capabilities();
    boolean makesNodes =
        capabilities != null && capabilities.bounding().contains(Capability.CAP_MKNOD);
    return makesNodes ? 0 : MountFlags.MOUNT_ATTR_NODEV;
  }

  /**
   * A root that is made for the container has its label; a folder keeps the labels of its files.
   */
  private static @Nullable String rootLabel(Spec spec) {
    String label = spec.linuxOrEmpty().mountLabel();
    return label == null || label.isEmpty() ? null : label;
  }

  /**
   * Returns the launch program as text, one call a line, and the device filter if there is one, one
   * instruction a line.
   */
  public String explain() {
    String calls = plan.program().explain();
    return devices == null
        ? calls
        : calls + "\ndevice filter of the cgroup\n" + devices.program().disassemble();
  }

  /** Returns the plan, to be counted and compared. */
  public LaunchPlan plan() {
    return plan;
  }

  /** Returns whether containers get a terminal of their own. */
  public boolean hasTerminal() {
    return plan.inputs().terminal() != null;
  }

  /**
   * Starts a container with a terminal, and returns when its command runs. {@link
   * Container#terminal()} is the side that the caller reads and writes.
   *
   * @throws StartException when it does not come to that; nothing is left of the container then
   */
  public Container start(WindowSize size) {
    try (ContainerTerminal terminal = openTerminal(size)) {
      return attempt(new Start(terminal, List.of(), false), terminal.stdio());
    }
  }

  private ContainerTerminal openTerminal(WindowSize size) {
    TerminalInput input = plan.inputs().terminal();
    if (input == null) {
      throw new IllegalStateException("process.terminal is not set: give the standard streams");
    }
    try {
      return ContainerTerminal.open(linux, input, size, spec.linuxOrEmpty(), process.user());
    } catch (LinuxException e) {
      throw new StartException("the container could not be set up: " + e.getMessage(), e);
    }
  }

  /**
   * Starts a container, and returns when its command runs.
   *
   * @param stdio stays the caller's
   * @throws StartException when it does not come to that; nothing is left of the container then
   */
  public Container start(Stdio stdio) {
    if (hasTerminal()) {
      throw new IllegalStateException("process.terminal is set: give the window's size");
    }
    return attempt(new Start(null, List.of(), false), stdio);
  }

  private static Container attempt(Start start, Stdio stdio) {
    try {
      return start.run(stdio);
    } catch (RuntimeException e) {
      RuntimeException cause =
          e instanceof LinuxException
              ? new StartException("the container could not be set up: " + e.getMessage(), e)
              : e;
      RuntimeException told = MemoryShortage.explain(cause, start.taken.cgroup());
      start.taken.giveBack(told);
      throw told;
    }
  }

  /**
   * Makes a container whose command waits to be started: the plan must have {@link
   * io.lighter.runtime.launch.Gate#START}.
   *
   * @param extra what the command has as descriptors 3 and up
   */
  Container create(Stdio stdio, List<Fd> extra) {
    return attempt(new Start(null, extra, true), stdio);
  }

  /** Makes one with a terminal. */
  Container create(WindowSize size, List<Fd> extra) {
    try (ContainerTerminal terminal = openTerminal(size)) {
      return attempt(new Start(terminal, extra, true), terminal.stdio());
    }
  }

  private final class Start {
    private final StartResources taken = new StartResources(linux, housekeeping);
    private final @Nullable ContainerTerminal terminal;
    private final List<Fd> extra;
    private final boolean waits;

    Start(@Nullable ContainerTerminal terminal, List<Fd> extra, boolean waits) {
      this.terminal = terminal;
      this.extra = extra;
      this.waits = waits;
    }

    Container run(Stdio stdio) {
      LaunchImage image = images.poll();
      if (image == null) {
        image = new LaunchImage(plan.program(), plan.cloneFlags(), arena);
      }
      try {
        return launch(image, stdio);
      } finally {
        taken.closeInherited();
        if (!waits) {
          images.add(image);
        }
      }
    }

    private Container launch(LaunchImage image, Stdio stdio) {
      Fd top = taken.keep(mountRoot());
      image.set(plan.inputs().root(), top);
      Parameter readonlyRoot = plan.inputs().readonlyRoot();
      if (readonlyRoot != null) {
        image.set(readonlyRoot, readonlyRemount(top));
      }
      if (pooledNetwork) {
        image.set(
            Objects.requireNonNull(plan.inputs().network()),
            taken.keep(housekeeping.takeNetwork()));
      }
      Cgroup home = taken.cgroup(limits);
      Fd homeFd = home == null ? null : home.fd();
      for (TreeInput tree : plan.inputs().trees()) {
        image.set(tree.parameter(), taken.keep(trees.open(tree, top, homeFd)));
      }
      if (terminal != null) {
        image.set(Objects.requireNonNull(plan.inputs().terminal()).parameter(), terminal.devpts());
      }
      image.set(plan.inputs().stdin(), stdio.stdin());
      image.set(plan.inputs().stdout(), stdio.stdout());
      image.set(plan.inputs().stderr(), stdio.stderr());
      for (int i = 0; i < extra.size(); i++) {
        image.set(plan.inputs().extra().get(i), extra.get(i));
      }
      for (NamespaceInput joined : plan.inputs().joined()) {
        image.set(joined.parameter(), taken.keep(NamespaceFiles.open(linux, joined)));
      }
      if (home != null) {
        if (devices != null) {
          guard(devices, home);
        }
        image.bornIn(home.fd());
      }
      PidFd born = plan.gates().isEmpty() ? launch(image) : launchThroughGates(image, home);
      Fd master = terminal == null ? null : terminal.takeMaster();
      return new Container(linux, housekeeping, born, home, taken.layer(), master, warnings(image));
    }

    private long readonlyRemount(Fd top) {
      try (Arena temporary = Arena.ofConfined()) {
        FileSystemStatus status = new FileSystemStatus(temporary);
        linux.files().fstatfs(top, status);
        return Mounts.readonlyRemount(status);
      }
    }

    private PidFd launch(LaunchImage image) {
      PidFd born = EnteredNamespaces.launch(linux, image, entered(), plan.diesWithStarter());
      taken.born(born);
      LaunchFailure failure = image.failure();
      if (failure != null) {
        throw StartFailures.of(linux, plan, image, failure, process.args());
      }
      return born;
    }

    private PidFd launchThroughGates(LaunchImage image, @Nullable Cgroup home) {
      RendezvousInput pipes = Objects.requireNonNull(plan.inputs().rendezvous());
      Path place = housekeeping.takeMeetingPlace();
      try (Rendezvous rendezvous = Rendezvous.create(linux, place)) {
        image.set(pipes.fromInit(), rendezvous.fromInit());
        image.set(pipes.toInit(), rendezvous.toInit());
        GatedBirth begun = GatedBirth.begin(linux, image, entered(), plan.diesWithStarter());
        PidFd born = begun.child();
        taken.born(born);
        if (waits) {
          birth = begun;
        }
        HookIdentity identity = housekeeping.identity();
        SpecGates work = new SpecGates(linux, preparation, spec, identity, home, place);
        ListenerHandOver agent = new ListenerHandOver(linux, spec, identity, () -> "creating");
        GatePassage passage =
            new GatePassage(linux, plan, image, rendezvous, work, agent, process.args());
        if (waits) {
          passage.passToStart(born);
          housekeeping.admit(born);
        } else {
          passage.passAll(born);
          begun.awaitExec();
        }
        return born;
      } finally {
        if (!waits) {
          Rendezvous.remove(linux, place);
          housekeeping.removeMeetingPlace(place);
        }
      }
    }

    private List<EnteredNamespaces.Entry> entered() {
      List<EnteredNamespaces.Entry> entries = new ArrayList<>();
      for (NamespaceInput input : plan.inputs().enteredBefore()) {
        entries.add(
            EnteredNamespaces.Entry.of(input, taken.keep(NamespaceFiles.open(linux, input))));
      }
      return entries;
    }

    private static void guard(DeviceFilter devices, Cgroup home) {
      try {
        devices.attachTo(home);
      } catch (CgroupException e) {
        throw new StartException("the container could not be set up: " + e.getMessage(), e);
      }
    }

    private Fd mountRoot() {
      return switch (root) {
        case RootFileSystem.Overlay overlay -> {
          WritableLayer writable = taken.layer(preparation.users().known(overlay.layers().root()));
          yield overlay.layers().mount(writable, overlayOptions);
        }
        case RootFileSystem.Kept kept -> kept.layers().mount(kept.writable(), overlayOptions);
        case RootFileSystem.Folder folder ->
            trees.cutOff(
                linux.mounts().openTree(folder.folder(), "", RootFileSystem.cloneFlags(true)),
                rootPropagation);
      };
    }

    private List<String> warnings(LaunchImage image) {
      if (plan.lenient().isEmpty()) {
        return preparation.warnings();
      }
      List<String> warnings = new ArrayList<>(preparation.warnings());
      for (LaunchPlan.Lenient lenient : plan.lenient()) {
        if (image.result(lenient.step()) < 0) {
          warnings.add(lenient.warning());
        }
      }
      return warnings;
    }
  }

  @Override
  public void close() {
    if (devices != null) {
      devices.close();
    }
    GatedBirth last = birth;
    if (last != null) {
      last.awaitExec();
    }
    arena.close();
  }
}
