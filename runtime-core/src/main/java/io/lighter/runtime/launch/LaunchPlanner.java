package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.LaunchStructs.*;
import static io.lighter.linux.MountFlags.*;
import static io.lighter.linux.Prctl.*;
import static io.lighter.linux.Sched.*;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.SeccompFilter;
import io.lighter.linux.SignalDefaults;
import io.lighter.linux.Signals;
import io.lighter.linux.SockFprog;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.launch.LaunchPlan.Lenient;
import io.lighter.runtime.spec.Device;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Rlimit;
import io.lighter.runtime.spec.RootfsPropagation;
import io.lighter.runtime.spec.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a specification into a launch program.
 *
 * <p>One object makes one plan. The order of its parts is the order of the program, and each part
 * says why it stands where it does.
 */
public final class LaunchPlanner {
  /** A seccomp filter, compiled. */
  public record Filter(SockFprog program, int flags) {}

  /**
   * What this host can grant.
   *
   * @param lastCapability the highest capability that the kernel knows, 40 since Linux 5.9
   * @param capabilities a mask of those that the starter has; a container gets no others
   */
  public record Grantable(int lastCapability, long capabilities) {}

  private static final int TIOCSCTTY = 0x540E;
  private static final int SIOCSIFFLAGS = 0x8914;
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 02000000;
  private static final int IFF_UP = 1;
  private static final int MAX_DESCRIPTOR = -1;

  private final Spec spec;
  private final LinuxConfig linux;
  private final Process process;
  private final LaunchOptions options;
  private final PathKinds image;
  private final PathKinds host;
  private final Grantable grantable;
  private final @Nullable Filter filter;

  private final LaunchProgram program = new LaunchProgram();
  private final Parameter root = program.parameter("root");
  private final Parameter stdin = program.parameter("stdin");
  private final Parameter stdout = program.parameter("stdout");
  private final Parameter stderr = program.parameter("stderr");
  private final List<Lenient> lenient = new ArrayList<>();

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
    this.spec = spec;
    this.linux = spec.linuxOrEmpty();
    this.process = of;
    this.options = options;
    this.image = image;
    this.host = host;
    this.grantable = grantable;
    this.filter = filter;
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
    Parameter network = namespaces();
    placeRoot();
    // Device nodes and folders get exactly the mode that is asked for.
    program.call(SystemCall.UMASK, 0);
    MountPlan mounts = new MountPlan(program, root, image, host, process.terminal());
    for (Mount mount : spec.mounts()) {
      mounts.add(mount);
      if (mount.destination().equals("/sys")) {
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
    stdio();
    enterRoot();
    workingFolder();
    limits();
    List<Step> execs = identityAndExec();
    LaunchInputs inputs =
        new LaunchInputs(root, network, mounts.binds(), mounts.terminal(), stdin, stdout, stderr);
    return new LaunchPlan(program, cloneFlags(), inputs, execs, lenient);
  }

  private void dieWithStarter() {
    if (options.dieWithStarter()) {
      program.call(SystemCall.PRCTL, PR_SET_PDEATHSIG, Signals.SIGKILL, 0, 0, 0);
    }
  }

  private boolean ownNetwork() {
    return linux.createsNamespace(NamespaceType.NETWORK);
  }

  private long cloneFlags() {
    long flags = CLONE_VM | CLONE_VFORK | CLONE_CLEAR_SIGHAND | CLONE_NEWNS;
    if (linux.createsNamespace(NamespaceType.PID)) {
      flags |= CLONE_NEWPID;
    }
    if (linux.createsNamespace(NamespaceType.UTS)) {
      flags |= CLONE_NEWUTS;
    }
    if (linux.createsNamespace(NamespaceType.IPC)) {
      flags |= CLONE_NEWIPC;
    }
    if (ownNetwork() && !options.pooledNetwork()) {
      flags |= CLONE_NEWNET;
    }
    return flags;
  }

  private @Nullable Parameter namespaces() {
    Parameter network = null;
    if (ownNetwork() && options.pooledNetwork()) {
      network = program.parameter("network namespace");
      program.call(SystemCall.SETNS, network, CLONE_NEWNET);
    } else if (ownNetwork()) {
      Step socket = program.call(SystemCall.SOCKET, AF_INET, SOCK_DGRAM_CLOEXEC, 0);
      program.call(SystemCall.IOCTL, socket, SIOCSIFFLAGS, interfaceFlags("lo", IFF_UP));
    }
    if (linux.createsNamespace(NamespaceType.CGROUP)) {
      // Not by clone3: there the namespace would be rooted at the parent's cgroup, because the
      // child
      // enters its own only afterwards.
      program.call(SystemCall.UNSHARE, CLONE_NEWCGROUP);
    }
    return network;
  }

  /** The root is mounted over the host's, where the pivot finds it; only here can nobody see it. */
  private void placeRoot() {
    // Nothing that is mounted here may reach the host, and with rslave the host's may reach us.
    RootfsPropagation propagation = linux.rootfsPropagation();
    boolean slave =
        propagation == RootfsPropagation.SLAVE || propagation == RootfsPropagation.RSLAVE;
    long kind = slave ? MS_SLAVE : MS_PRIVATE;
    program.call(SystemCall.MOUNT, 0, "/", 0, MS_REC | kind, 0);
    program.call(SystemCall.MOVE_MOUNT, root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH);
  }

  private void devices(MountPlan mounts) {
    Step dev = mounts.madeAt("/dev");
    DevicePlan plan = new DevicePlan(program, root);
    if (dev != null) {
      plan.fill(dev);
      if (process.terminal()) {
        plan.console(dev);
      }
    }
    for (Device device : linux.devices()) {
      plan.make(device, image, dev != null && device.path().startsWith("/dev/") ? 4 : 0);
    }
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
    for (Map.Entry<String, String> setting : linux.sysctl().entrySet()) {
      String name = Sysctls.path(setting.getKey(), linux);
      writeFile(proc, "sys/" + name, setting.getValue());
    }
    if (hasScore) {
      Step write = writeFile(proc, "self/oom_score_adj", String.valueOf(score));
      write.tolerate(Errno.EACCES, Errno.EPERM);
      lenient.add(
          new Lenient(
              write,
              "process.oomScoreAdj "
                  + score
                  + " was not set: lowering it needs CAP_SYS_RESOURCE, which this host withholds"));
    }
  }

  private Step writeFile(Step proc, String path, String value) {
    Step file =
        program.call(
            SystemCall.OPENAT2,
            proc,
            path,
            openHow(O_WRONLY | O_CLOEXEC, 0, RESOLVE_BENEATH | RESOLVE_NO_XDEV),
            OPEN_HOW_SIZE);
    return program.call(
        SystemCall.WRITE,
        file,
        value,
        value.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
  }

  private void mask(MountPlan mounts, String mountPoint) {
    Step mount = mounts.madeAt(mountPoint);
    if (mount == null) {
      return;
    }
    new MaskPlan(program, root, host, options.emptyFolder())
        .inKernelFileSystem(
            mountPoint,
            mount,
            normalized("linux.maskedPaths[]", linux.maskedPaths()),
            normalized("linux.readonlyPaths[]", linux.readonlyPaths()),
            readonlyMount(mountPoint));
    mounts.left();
  }

  private boolean readonlyMount(String destination) {
    for (Mount mount : spec.mounts()) {
      if (mount.destination().equals(destination)) {
        return mount.options().contains("ro");
      }
    }
    return false;
  }

  private void maskElsewhere(MountPlan mounts) {
    MaskPlan plan = new MaskPlan(program, root, host, options.emptyFolder());
    for (String path : normalized("linux.readonlyPaths[]", linux.readonlyPaths())) {
      if (!inKernelFileSystem(mounts, path)) {
        plan.readonly(path);
      }
    }
    for (String path : normalized("linux.maskedPaths[]", linux.maskedPaths())) {
      if (!inKernelFileSystem(mounts, path)) {
        plan.mask(path, image.of(path));
      }
    }
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

  private void stdio() {
    program.call(SystemCall.DUP3, stdin, 0, 0);
    program.call(SystemCall.DUP3, stdout, 1, 0);
    program.call(SystemCall.DUP3, stderr, 2, 0);
    if (process.terminal()) {
      program.call(SystemCall.IOCTL, 0, TIOCSCTTY, 0);
    }
  }

  private void enterRoot() {
    if (spec.root() != null && spec.root().readonly()) {
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
    if (kind != 0) {
      boolean tree = propagation.term().startsWith("r");
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
  private void workingFolder() {
    String cwd = ContainerPath.normalize("process.cwd", process.cwd());
    if (cwd.equals("/")) {
      return; // the pivot left us there
    }
    if (image.of(cwd) == PathKinds.Kind.MISSING) {
      new MissingPath(program, root, image).make(cwd, true, 0);
    }
    Step folder =
        program.call(
            SystemCall.OPENAT2,
            root,
            ContainerPath.relative(cwd),
            openHow(O_PATH | O_DIRECTORY | O_CLOEXEC, 0, RESOLVE_IN_ROOT),
            OPEN_HOW_SIZE);
    program.call(SystemCall.FCHDIR, folder);
  }

  private void limits() {
    for (Rlimit limit : process.rlimits()) {
      program.call(
          SystemCall.PRLIMIT64, 0, limit.type().number(), rlimit(limit.soft(), limit.hard()), 0);
    }
  }

  /**
   * From root with everything to what the specification grants. Nothing but the exec comes after,
   * and no descriptor of ours is open any more when the identity changes.
   */
  private List<Step> identityAndExec() {
    Integer umask = process.user().umask();
    program.call(SystemCall.UMASK, umask == null ? 022 : umask);
    program.call(SystemCall.CLOSE_RANGE, 3, MAX_DESCRIPTOR, 0);
    IdentityPlan identity = new IdentityPlan(program, process, grantable);
    identity.addWhileRoot();
    if (process.noNewPrivileges()) {
      identity.addLeavingRoot();
      dieWithStarterStill();
      program.call(SystemCall.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
      loadFilter();
    } else {
      // Without no_new_privs a filter needs CAP_SYS_ADMIN, which the next steps give up.
      loadFilter();
      identity.addLeavingRoot();
      dieWithStarterStill();
    }
    return CommandPlan.add(program, process);
  }

  /** A change of the user makes the kernel forget the signal: prctl(2), PR_SET_PDEATHSIG. */
  private void dieWithStarterStill() {
    if (process.user().uid() != 0 || process.user().gid() != 0) {
      dieWithStarter();
    }
  }

  private void loadFilter() {
    if (filter != null) {
      program.call(
          SystemCall.SECCOMP,
          SeccompFilter.SECCOMP_SET_MODE_FILTER,
          filter.flags(),
          filter.program());
    }
  }
}
