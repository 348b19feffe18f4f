package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.LaunchStructs.*;
import static io.lighter.linux.MountFlags.*;
import static io.lighter.linux.Prctl.*;
import static io.lighter.linux.Sched.*;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.MissingCalls;
import io.lighter.linux.SeccompFilter;
import io.lighter.linux.SignalDefaults;
import io.lighter.linux.Signals;
import io.lighter.linux.SockFprog;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.launch.LaunchInputs.RendezvousInput;
import io.lighter.runtime.launch.LaunchPlan.Demand;
import io.lighter.runtime.launch.LaunchPlan.Lenient;
import io.lighter.runtime.spec.Device;
import io.lighter.runtime.spec.DeviceType;
import io.lighter.runtime.spec.Hooks;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a specification into a launch program.
 *
 * <p>One object makes one plan. The order of its parts is the order of the program, and each part
 * says why it stands where it does.
 */
public final class LaunchPlanner {
  /** A seccomp filter, compiled. */
  public record Filter(SockFprog program, int flags) {
    /** Returns whether it tells a listener of some calls, whose descriptor is the load's result. */
    boolean hasListener() {
      return (flags & SeccompFilter.SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0;
    }
  }

  /**
   * What this host can grant.
   *
   * @param lastCapability the highest capability that the kernel knows, 40 since Linux 5.9
   * @param capabilities a mask of those that the starter has; a container gets no others
   * @param modules the security modules that are enabled
   * @param makesNodes whether device nodes can be made: only in the initial user namespace,
   *     mknod(2); elsewhere those of the host are bound
   * @param setsGroups whether the supplementary groups can be set, setgroups(2)
   * @param missing the newer system calls that are not to be had
   */
  public record Grantable(
      int lastCapability,
      long capabilities,
      Set<SecurityModule> modules,
      boolean makesNodes,
      boolean setsGroups,
      MissingCalls missing) {
    public Grantable {
      modules = Set.copyOf(modules);
    }

    /** What root can grant on a kernel that has every call. */
    public Grantable(int lastCapability, long capabilities, Set<SecurityModule> modules) {
      this(lastCapability, capabilities, modules, true, true, MissingCalls.NONE);
    }

    /** Returns what can be granted in a user namespace: who enters one has everything there. */
    Grantable inUserNamespace() {
      return new Grantable(lastCapability, -1, modules, false, setsGroups, missing);
    }
  }

  private final Spec spec;
  private final LinuxConfig linux;
  private final Process process;
  private final LaunchOptions options;
  private final PathKinds image;
  private final PathKinds host;

  private final LaunchProgram program;
  private final Parameter root;
  private @Nullable Step hostProc;
  private final ProcessPlan common;
  private final boolean hasListener;
  private final boolean ownUsers;
  private final boolean makesNodes;
  private @Nullable GatePlan gates;
  private final List<Demand> demands = new ArrayList<>();
  private final List<Lenient> lenient = new ArrayList<>();
  private final LabelPlan labels;

  /**
   * Prepares a plan.
   *
   * @param image tells what stands in the root file system
   * @param host tells what stands on the host
   * @param grantable what this host can grant
   * @param filter the specification's seccomp section, compiled, or null when it has none
   */
  public LaunchPlanner(
      Spec spec,
      LaunchOptions options,
      PathKinds image,
      PathKinds host,
      Grantable grantable,
      @Nullable Filter filter) {
    Process of = spec.process();
    if (of == null || of.args().isEmpty()) {
      throw new IllegalArgumentException("process.args is empty: there is no command to run");
    }
    UnsupportedFields.refuse(spec);
    this.program = new LaunchProgram(grantable.missing());
    this.root = program.parameter("root");
    this.spec = spec;
    this.linux = spec.linuxOrEmpty();
    this.process = of;
    this.options = options;
    this.image = image;
    this.host = host;
    this.ownUsers = linux.hasNamespace(NamespaceType.USER);
    // Whoever enters a user namespace has every capability there.
    Grantable granted = ownUsers ? grantable.inUserNamespace() : grantable;
    this.makesNodes = granted.makesNodes();
    this.hasListener = filter != null && filter.hasListener();
    this.common = new ProcessPlan(program, of, granted, filter);
    this.labels = new LabelPlan(program, demands, linux, process, grantable.modules());
  }

  /** Makes the plan. */
  public LaunchPlan plan() {
    if (options.signalsBlocked()) {
      SignalDefaults.restoreBlocked(program);
    } else {
      SignalDefaults.restore(program);
    }
    dieWithStarter();
    // A session of its own: the container's signals and terminal are not the starter's.
    program.call(SystemCall.SETSID);
    if (options.newKeyring()) {
      SessionKeyring.join(program, options.id());
    }
    if (hasGates()) {
      gates = new GatePlan(program);
    }
    openHostProc();
    NamespacePlan namespaces = new NamespacePlan(program, linux, options.pooledNetwork());
    namespaces.add(gates);
    RootPlan rootPlan = new RootPlan(program, root, spec, image);
    // Hooks that prepare the root look for it where the host has it, as in other runtimes.
    rootPlan.place(stopsBeforePivot() ? options.rootPath() : null);
    // Device nodes and folders get exactly the mode that is asked for.
    program.call(SystemCall.UMASK, 0);
    Parameter network = namespaces.network();
    MountPlan.Surroundings container =
        new MountPlan.Surroundings(
            process.terminal(), linux.createsNamespace(NamespaceType.CGROUP));
    MountPlan mounts = new MountPlan(program, root, image, host, container);
    ProtectedPaths paths =
        new ProtectedPaths(program, root, host, linux, ownUsers ? null : options.emptyFolder());
    for (Mount wanted : MountOrder.of(spec.mounts())) {
      Mount mount = MountIds.complete(wanted, linux);
      String destination = mounts.add(labels.labelled(mount));
      labels.mounted(mount, root);
      if (destination.equals("/sys")) {
        // Before a cgroup file system is mounted below, which the masking would make read-only.
        paths.below("/sys", mounts);
      }
    }
    if (process.terminal() && mounts.terminal() == null) {
      throw new IllegalArgumentException(
          "process.terminal: a terminal needs a mount of type devpts, usually at /dev/pts");
    }
    devices(mounts);
    new KernelSettings(program, spec, process).add(mounts, hostProc, common, lenient);
    paths.below("/proc", mounts);
    paths.elsewhere(mounts);
    KernelSettings.addNames(program, spec);
    if (stopsBeforePivot()) {
      gate(Gate.BEFORE_PIVOT);
    }
    common.addStreams();
    Parameter readonlyRoot = rootPlan.enter();
    rootPlan.workingFolder(process.cwd(), mounts);
    Step made = mounts.readonlyAt("/proc") ? null : mounts.madeAt("/proc");
    labels.onExec(hostProc == null ? made : hostProc);
    common.closeOthers(options.extraDescriptors(), gates);
    common.addLimits();
    new AttributePlan(program, demands).add(linux, process);
    return identityAndExec(
        new LaunchInputs(
            root,
            readonlyRoot,
            network,
            mounts.trees(),
            mounts.terminal(),
            common.stdin(),
            common.stdout(),
            common.stderr(),
            common.extra(),
            namespaces.joined(),
            namespaces.enteredBefore(),
            gates == null ? null : new RendezvousInput(gates.fromInit(), gates.toInit())),
        mounts,
        namespaces.cloneFlags());
  }

  /**
   * Where the calls are missing that keep a path on one mount, or that make a procfs which nobody
   * sees: files of procfs are written through the host's then.
   */
  private void openHostProc() {
    if (PathSteps.followNoLinks(program) || program.missing(SystemCall.FSOPEN)) {
      hostProc = PathSteps.openOnHost(program, "/proc", O_PATH | O_DIRECTORY);
    }
  }

  private boolean hasGates() {
    return stopsBeforeExec()
        || stopsBeforePivot()
        || hasListener
        || linux.createsNamespace(NamespaceType.USER);
  }

  private boolean stopsBeforePivot() {
    Hooks hooks = spec.hooks();
    return !hooks.prestart().isEmpty()
        || !hooks.createRuntime().isEmpty()
        || !hooks.createContainer().isEmpty()
        || !linux.netDevices().isEmpty();
  }

  /** Only who shares its memory with nobody may: setns(2), EUSERS. */
  private boolean joinsTime() {
    return linux.hasNamespace(NamespaceType.TIME) && !linux.createsNamespace(NamespaceType.TIME);
  }

  private boolean stopsBeforeExec() {
    return options.created() || !spec.hooks().startContainer().isEmpty();
  }

  private void gate(Gate gate) {
    if (gates == null) {
      throw new IllegalStateException("a program without gates cannot have " + gate);
    }
    gates.add(gate);
  }

  private void dieWithStarter() {
    if (options.dieWithStarter()) {
      program.call(SystemCall.PRCTL, PR_SET_PDEATHSIG, Signals.SIGKILL, 0, 0, 0);
    }
  }

  private void devices(MountPlan mounts) {
    Step dev = mounts.madeAt("/dev");
    DevicePlan plan = new DevicePlan(program, root);
    if (dev != null) {
      // In a user namespace no device node can be made, mknod(2); those of the host can be bound.
      if (makesNodes) {
        plan.fill(dev);
      } else {
        plan.fillWithBinds(dev, mounts);
      }
      if (process.terminal()) {
        plan.console(dev);
      }
    }
    for (Device device : linux.devices()) {
      if (!makesNodes && device.type() != DeviceType.FIFO) {
        mounts.addDevice(device.path());
      } else {
        String path = ContainerPath.normalize("linux.devices[].path", device.path());
        String folder = mounts.place(ContainerPath.parent(path));
        plan.make(device, path, folder, image, dev != null && path.startsWith("/dev/") ? 4 : 0);
      }
    }
  }

  /** From root with everything to what the specification grants; then the exec. */
  private LaunchPlan identityAndExec(LaunchInputs inputs, MountPlan mounts, long namespaces) {
    List<Step> lookups = new ArrayList<>();
    common.addIdentity(
        gates,
        () -> {
          dieWithStarterStill();
          if (stopsBeforeExec()) {
            lookups.addAll(CommandPlan.addLookups(program, process));
          }
        });
    if (stopsBeforeExec()) {
      gate(Gate.START);
    }
    List<Step> execs = CommandPlan.add(program, process);
    long flags = CLONE_VFORK | CLONE_CLEAR_SIGHAND | CLONE_NEWNS | namespaces;
    if (!joinsTime()) {
      flags |= CLONE_VM;
    }
    if (gates != null) {
      execs.getLast().tolerateAny();
      gates.tellFailure(execs);
    }
    List<Gate> passed = gates == null ? List.of() : gates.gates();
    return new LaunchPlan(
        program,
        flags,
        inputs,
        passed,
        common.listener(),
        lookups,
        execs,
        mounts.steps(),
        demands,
        lenient,
        options.dieWithStarter());
  }

  /** A change of the user makes the kernel forget the signal: prctl(2), PR_SET_PDEATHSIG. */
  private void dieWithStarterStill() {
    if (process.user().uid() != 0 || process.user().gid() != 0) {
      dieWithStarter();
    }
  }
}
