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
import io.lighter.runtime.spec.RootfsPropagation;
import io.lighter.runtime.spec.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private @Nullable Parameter readonlyRoot;
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
    placeRoot();
    // Device nodes and folders get exactly the mode that is asked for.
    program.call(SystemCall.UMASK, 0);
    Parameter network = namespaces.network();
    MountPlan.Surroundings container =
        new MountPlan.Surroundings(
            process.terminal(), linux.createsNamespace(NamespaceType.CGROUP));
    MountPlan mounts = new MountPlan(program, root, image, host, container);
    for (Mount wanted : MountOrder.of(spec.mounts())) {
      Mount mount = MountIds.complete(wanted, linux);
      String destination = mounts.add(labels.labelled(mount));
      labels.mounted(mount, root);
      if (destination.equals("/sys")) {
        // Before a cgroup file system is mounted below, which the masking would make read-only.
        mask(mounts, "/sys");
      }
    }
    if (process.terminal() && mounts.terminal() == null) {
      throw new IllegalArgumentException(
          "process.terminal: a terminal needs a mount of type devpts, usually at /dev/pts");
    }
    devices(mounts);
    kernelSettings(mounts);
    mask(mounts, "/proc");
    maskElsewhere(mounts);
    hostName();
    if (stopsBeforePivot()) {
      gate(Gate.BEFORE_PIVOT);
    }
    common.addStreams();
    enterRoot();
    workingFolder(mounts);
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

  /** The root is mounted over the host's, where the pivot finds it; only here can nobody see it. */
  private void placeRoot() {
    // Nothing that is mounted here may reach the host, and with rslave the host's may reach us.
    RootfsPropagation propagation = linux.rootfsPropagation();
    boolean slave =
        propagation == RootfsPropagation.SLAVE || propagation == RootfsPropagation.RSLAVE;
    long kind = slave ? MS_SLAVE : MS_PRIVATE;
    PathSteps.propagateRoot(program, MS_REC | kind);
    // Hooks that prepare the root look for it where the host has it, as in other runtimes.
    String path = options.rootPath();
    String place = stopsBeforePivot() && path != null ? path : "/";
    PathSteps.placeRoot(program, root, place);
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
        String folder = place(mounts, ContainerPath.parent(path));
        plan.make(device, path, folder, image, dev != null && path.startsWith("/dev/") ? 4 : 0);
      }
    }
  }

  private @Nullable String emptyFolder() {
    return ownUsers ? null : options.emptyFolder();
  }

  /** Settings through procfs, before parts of it become read-only. */
  private void kernelSettings(MountPlan mounts) {
    Step proc = mounts.madeAt("/proc");
    Integer score = process.oomScoreAdj();
    boolean hasScore = score != null && score != 0;
    if (proc == null) {
      if (hasScore || !linux.sysctl().isEmpty()) {
        throw new IllegalArgumentException(
            "process.oomScoreAdj and linux.sysctl need a procfs mounted at /proc");
      }
      return;
    }
    if (hostProc != null) {
      proc = hostProc;
    }
    for (Map.Entry<String, String> setting : linux.sysctl().entrySet()) {
      String name = Sysctls.path(setting.getKey(), linux);
      KernelFile.write(program, proc, "sys/" + name, setting.getValue());
    }
    if (hasScore) {
      common.addOomScore(proc, lenient);
    }
  }

  private void mask(MountPlan mounts, String mountPoint) {
    Step mount = mounts.madeAt(mountPoint);
    if (mount == null) {
      return;
    }
    new MaskPlan(program, root, host, emptyFolder())
        .inKernelFileSystem(
            mountPoint,
            mount,
            normalized("linux.maskedPaths[]", linux.maskedPaths()),
            normalized("linux.readonlyPaths[]", linux.readonlyPaths()),
            mounts.readonlyAt(mountPoint),
            mounts.writableBelow(mountPoint));
    mounts.left();
  }

  private void maskElsewhere(MountPlan mounts) {
    MaskPlan plan = new MaskPlan(program, root, host, emptyFolder());
    for (String path : normalized("linux.readonlyPaths[]", linux.readonlyPaths())) {
      if (!inKernelFileSystem(mounts, path)) {
        plan.readonly(place(mounts, path));
      }
    }
    for (String path : normalized("linux.maskedPaths[]", linux.maskedPaths())) {
      if (!inKernelFileSystem(mounts, path)) {
        plan.mask(place(mounts, path), mounts.kindAt(path));
      }
    }
  }

  /** Returns the path as it is opened: without openat2 the links of the image are resolved here. */
  private String place(MountPlan mounts, String path) {
    return PathSteps.followNoLinks(program) ? mounts.resolved(path) : path;
  }

  private static boolean inKernelFileSystem(MountPlan mounts, String path) {
    return (ContainerPath.isBelow(path, "/proc") && mounts.madeAt("/proc") != null)
        || (ContainerPath.isBelow(path, "/sys") && mounts.madeAt("/sys") != null);
  }

  private static List<String> normalized(String field, List<String> paths) {
    List<String> result = new ArrayList<>(paths.size());
    for (String path : paths) {
      result.add(ContainerPath.normalize(field, path));
    }
    return result;
  }

  private void hostName() {
    name(SystemCall.SETHOSTNAME, spec.hostname());
    name(SystemCall.SETDOMAINNAME, spec.domainname());
  }

  private void name(SystemCall call, @Nullable String name) {
    if (name != null && !name.isEmpty()) {
      program.call(call, name, name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
    }
  }

  private void enterRoot() {
    boolean readonly = spec.root() != null && spec.root().readonly();
    if (readonly && program.missing(SystemCall.MOUNT_SETATTR)) {
      // What else the mount has only the parent knows, which has made it.
      readonlyRoot = program.parameter("flags of the read-only root");
      MountCalls.remount(program, root, readonlyRoot);
    } else if (readonly) {
      program.call(
          SystemCall.MOUNT_SETATTR,
          root,
          "",
          AT_EMPTY_PATH,
          mountAttr(MOUNT_ATTR_RDONLY, 0, 0),
          MOUNT_ATTR_SIZE);
    }
    program.call(SystemCall.FCHDIR, root);
    // Both at the same place: the old root ends up over the new one, and the umount uncovers it.
    program.call(SystemCall.PIVOT_ROOT, ".", ".");
    program.call(SystemCall.UMOUNT2, ".", MNT_DETACH);
    propagateRoot();
  }

  private void propagateRoot() {
    RootfsPropagation propagation = linux.rootfsPropagation();
    if (propagation == null) {
      return;
    }
    long kind =
        switch (propagation) {
          case SHARED, RSHARED -> MS_SHARED;
          case UNBINDABLE, RUNBINDABLE -> MS_UNBINDABLE;
          case SLAVE, RSLAVE, PRIVATE, RPRIVATE -> 0;
        };
    boolean tree = propagation.term().startsWith("r");
    if (kind != 0 && program.missing(SystemCall.MOUNT_SETATTR)) {
      PathSteps.propagateRoot(program, kind | (tree ? MS_REC : 0));
    } else if (kind != 0) {
      program.call(
          SystemCall.MOUNT_SETATTR,
          root,
          "",
          AT_EMPTY_PATH | (tree ? AT_RECURSIVE : 0),
          mountAttr(0, 0, kind),
          MOUNT_ATTR_SIZE);
    }
  }

  /** By descriptor and below the root, so that no /proc/self/fd link leads out (CVE-2024-21626). */
  private void workingFolder(MountPlan mounts) {
    String cwd = ContainerPath.normalize("process.cwd", process.cwd());
    if (cwd.equals("/")) {
      return; // the pivot left us there
    }
    if (image.of(cwd) == PathKinds.Kind.MISSING) {
      new MissingPath(program, root, image).make(cwd, true, 0);
    }
    Step folder = PathSteps.openInRoot(program, root, place(mounts, cwd), O_PATH | O_DIRECTORY, 0);
    program.call(SystemCall.FCHDIR, folder);
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
    long flags = CLONE_VM | CLONE_VFORK | CLONE_CLEAR_SIGHAND | CLONE_NEWNS | namespaces;
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
