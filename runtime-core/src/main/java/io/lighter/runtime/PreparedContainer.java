package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupException;
import io.lighter.cgroups.Setting;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LaunchFailure;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.MountFlags;
import io.lighter.linux.PidFd;
import io.lighter.linux.WindowSize;
import io.lighter.overlay.OverlayOptions;
import io.lighter.overlay.WritableLayer;
import io.lighter.runtime.devices.DeviceFilter;
import io.lighter.runtime.launch.LaunchInputs.AttributeChange;
import io.lighter.runtime.launch.LaunchInputs.BindInput;
import io.lighter.runtime.launch.LaunchInputs.TerminalInput;
import io.lighter.runtime.launch.LaunchPlan;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.lang.foreign.Arena;
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
  private final Housekeeping housekeeping;
  private final LaunchPlan plan;
  private final Process process;
  private final RootFileSystem root;
  private final List<Setting> limits;
  private final @Nullable DeviceFilter devices;
  private final OverlayOptions overlayOptions;
  private final boolean pooledNetwork;

  /** Launch images that no start uses now. Their memory is in the arena. */
  private final ConcurrentLinkedQueue<LaunchImage> images = new ConcurrentLinkedQueue<>();

  private final Arena arena = Arena.ofShared();

  PreparedContainer(
      Linux linux,
      Housekeeping housekeeping,
      Spec spec,
      LaunchPlan plan,
      RootFileSystem root,
      List<Setting> limits,
      @Nullable DeviceFilter devices) {
    this.linux = linux;
    this.housekeeping = housekeeping;
    this.plan = plan;
    this.process = Objects.requireNonNull(spec.process());
    this.root = root;
    this.limits = limits;
    this.devices = devices;
    this.pooledNetwork = plan.inputs().network() != null;
    this.overlayOptions =
        OverlayOptions.THROW_AWAY.withAttributes(rootAttributes()).withLabel(rootLabel(spec));
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
    TerminalInput input = plan.inputs().terminal();
    if (input == null) {
      throw new IllegalStateException("process.terminal is not set: give the standard streams");
    }
    try (ContainerTerminal terminal = ContainerTerminal.open(linux, input, size, process.user())) {
      return start(terminal.stdio(), terminal);
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
    return start(stdio, null);
  }

  private Container start(Stdio stdio, @Nullable ContainerTerminal terminal) {
    Start start = new Start(terminal);
    try {
      return start.run(stdio);
    } catch (LinuxException e) {
      start.undo(e);
      throw new StartException("the container could not be set up: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      start.undo(e);
      throw e;
    }
  }

  /** One start, with what has been taken so far. */
  private final class Start {
    private @Nullable WritableLayer layer;
    private @Nullable Cgroup cgroup;
    private @Nullable PidFd child;
    private final List<Fd> inherited = new ArrayList<>(4);
    private final @Nullable ContainerTerminal terminal;

    Start(@Nullable ContainerTerminal terminal) {
      this.terminal = terminal;
    }

    Container run(Stdio stdio) {
      LaunchImage image = images.poll();
      if (image == null) {
        image = new LaunchImage(plan.program(), plan.cloneFlags(), arena);
      }
      try {
        return launch(image, stdio);
      } finally {
        for (int i = 0; i < inherited.size(); i++) {
          inherited.get(i).close();
        }
        images.add(image);
      }
    }

    private Container launch(LaunchImage image, Stdio stdio) {
      image.set(plan.inputs().root(), keep(mountRoot()));
      if (pooledNetwork) {
        image.set(
            Objects.requireNonNull(plan.inputs().network()), keep(housekeeping.takeNetwork()));
      }
      for (BindInput bind : plan.inputs().binds()) {
        image.set(bind.parameter(), keep(openBind(bind)));
      }
      if (terminal != null) {
        image.set(Objects.requireNonNull(plan.inputs().terminal()).parameter(), terminal.devpts());
      }
      image.set(plan.inputs().stdin(), stdio.stdin());
      image.set(plan.inputs().stdout(), stdio.stdout());
      image.set(plan.inputs().stderr(), stdio.stderr());
      Cgroup home = housekeeping.takeCgroup(limits);
      cgroup = home;
      if (devices != null) {
        guard(devices, home);
      }
      image.bornIn(home.fd());
      PidFd born = linux.processes().launch(image);
      child = born;
      LaunchFailure failure = image.failure();
      if (failure != null) {
        throw StartFailures.of(plan, image, failure, process.args());
      }
      Fd master = terminal == null ? null : terminal.takeMaster();
      return new Container(linux, housekeeping, born, home, layer, master, warnings(image));
    }

    private static void guard(DeviceFilter devices, Cgroup home) {
      try {
        devices.attachTo(home);
      } catch (CgroupException e) {
        throw new StartException("the container could not be set up: " + e.getMessage(), e);
      }
    }

    private Fd keep(Fd fd) {
      inherited.add(fd);
      return fd;
    }

    private Fd mountRoot() {
      return switch (root) {
        case RootFileSystem.Overlay overlay -> {
          WritableLayer writable = housekeeping.takeLayer(overlay.layers().root());
          layer = writable;
          yield overlay.layers().mount(writable, overlayOptions);
        }
        case RootFileSystem.Folder folder ->
            linux.mounts().openTree(folder.folder(), "", RootFileSystem.cloneFlags(true));
      };
    }

    private Fd openBind(BindInput bind) {
      Fd tree;
      try {
        tree =
            linux
                .mounts()
                .openTree(
                    Fd.WORKING_FOLDER,
                    bind.source(),
                    MountFlags.OPEN_TREE_CLONE | (bind.recursive() ? Fcntl.AT_RECURSIVE : 0));
      } catch (LinuxException e) {
        throw new StartException(
            "the mount at " + bind.destination() + ": " + bind.source() + ": " + e.getMessage(), e);
      }
      try {
        for (AttributeChange change : bind.attributes()) {
          linux
              .mounts()
              .mountSetattr(
                  tree,
                  change.recursive() ? Fcntl.AT_RECURSIVE : 0,
                  change.set(),
                  change.clear(),
                  change.propagation());
        }
        return tree;
      } catch (RuntimeException e) {
        tree.close();
        throw e;
      }
    }

    private List<String> warnings(LaunchImage image) {
      if (plan.lenient().isEmpty()) {
        return List.of();
      }
      List<String> warnings = new ArrayList<>();
      for (LaunchPlan.Lenient lenient : plan.lenient()) {
        if (image.result(lenient.step()) < 0) {
          warnings.add(lenient.warning());
        }
      }
      return warnings;
    }

    /** Gives back what has been taken, and reports what cannot be given back beside the cause. */
    void undo(RuntimeException cause) {
      PidFd started = child;
      if (started != null) {
        undo(
            cause,
            () -> {
              linux.processes().waitFor(started);
              started.close();
            });
      }
      Cgroup made = cgroup;
      if (made != null) {
        undo(cause, () -> housekeeping.remove(made));
      }
      WritableLayer written = layer;
      if (written != null) {
        undo(cause, () -> housekeeping.remove(written));
      }
    }

    private static void undo(RuntimeException cause, Runnable step) {
      try {
        step.run();
      } catch (RuntimeException e) {
        cause.addSuppressed(e);
      }
    }
  }

  @Override
  public void close() {
    if (devices != null) {
      devices.close();
    }
    arena.close();
  }
}
