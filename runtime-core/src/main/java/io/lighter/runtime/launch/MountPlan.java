package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.MountFlags.*;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.launch.LaunchInputs.TerminalInput;
import io.lighter.runtime.launch.LaunchInputs.TreeInput;
import io.lighter.runtime.launch.LaunchPlan.MountSteps;
import io.lighter.runtime.launch.MountOptions.Extra;
import io.lighter.runtime.launch.MountTargets.Made;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.SpecException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mounts of the specification, on the root that is already in place.
 *
 * <p>No destination is walked as a path by a mounting call. It is opened below the root with
 * RESOLVE_IN_ROOT, so that no symbolic link of an image leads out; the mount then goes onto that
 * descriptor. Only within a file system that this program has itself just made, such as the tmpfs
 * at {@code /dev}, a name is used as it is, because nobody else has been there.
 */
final class MountPlan {
  /**
   * What a plan of mounts knows of the container.
   *
   * @param terminal whether it has a terminal of its own
   * @param cgroupNamespace whether it has a cgroup namespace of its own
   */
  record Surroundings(boolean terminal, boolean cgroupNamespace) {}

  private final LaunchProgram program;
  private final PathKinds image;
  private final PathKinds host;
  private final Surroundings container;
  private final MountTargets targets;
  private final TreePlan trees;
  private final List<MountSteps> steps = new ArrayList<>();
  private @Nullable TerminalInput terminal;
  private @Nullable Step entered;

  MountPlan(
      LaunchProgram program,
      Parameter root,
      PathKinds image,
      PathKinds host,
      Surroundings container) {
    this.program = program;
    this.image = image;
    this.host = host;
    this.container = container;
    this.targets = new MountTargets(program, root, image);
    this.trees = new TreePlan(program, targets, image, host);
  }

  /** Returns what the parent makes for each start, in the order of the mounts. */
  List<TreeInput> trees() {
    return trees.inputs();
  }

  /** Returns which steps serve which mount. */
  List<MountSteps> steps() {
    return steps;
  }

  /** Returns the devpts that the parent makes, or null when none was mounted for a terminal. */
  @Nullable TerminalInput terminal() {
    return terminal;
  }

  /** Returns the descriptor of a file system that this program mounted there, or null. */
  @Nullable Step madeAt(String destination) {
    Made made = targets.at(destination);
    return made == null ? null : made.fd();
  }

  /** Returns whether what is mounted there was asked to be read-only. */
  boolean readonlyAt(String destination) {
    Made made = targets.at(destination);
    return made != null && made.readonly();
  }

  /** Returns the path as it is opened: without openat2 the links of the image are resolved here. */
  String place(String path) {
    return PathSteps.followNoLinks(program) ? targets.resolved(path) : path;
  }

  /** Returns what stands at a path before the container starts, on the image or on a bind mount. */
  PathKinds.Kind kindAt(String path) {
    Made covering = targets.covering(path);
    String source = covering == null ? null : trees.sourceOf(covering.destination());
    return covering == null || source == null
        ? image.of(path)
        : host.of(source + path.substring(covering.destination().length()));
  }

  /** Returns the trees below a mount point that were not asked to be read-only. */
  List<Parameter> writableBelow(String mountPoint) {
    List<Parameter> writable = new ArrayList<>();
    for (Made made : targets.all()) {
      if (made.tree() != null
          && !made.readonly()
          && !made.destination().equals(mountPoint)
          && ContainerPath.isBelow(made.destination(), mountPoint)) {
        writable.add(made.tree());
      }
    }
    return writable;
  }

  /** Adds a mount, and returns its destination, normalized. */
  String add(Mount mount) {
    String destination = ContainerPath.normalize("mounts[].destination", mount.destination());
    MountOptions options = MountOptions.parse(mount.options());
    MountRules.check(mount, destination, options);
    int first = program.steps().size();
    boolean bind = options.bind() || mount.isBind();
    if (bind) {
      trees.addBind(mount, destination, options);
    } else {
      addByType(mount, destination, options);
    }
    steps.add(
        new MountSteps(
            first,
            program.steps().size(),
            destination,
            bind ? "a bind of " + mount.source() : type(mount),
            bind ? List.of() : options.data()));
    return destination;
  }

  private static String type(Mount mount) {
    String type = mount.type() == null ? "" : mount.type();
    return type.equals("cgroup") ? "cgroup2" : type;
  }

  private void addByType(Mount mount, String destination, MountOptions options) {
    String type = type(mount);
    if (options.has(Extra.REMOUNT)) {
      remount(type, destination, options);
      return;
    }
    switch (type) {
      case "proc", "sysfs" -> addFileSystem(type, destination, options, false);
      case "tmpfs" -> addTmpfs(destination, options);
      case "cgroup2" -> addCgroup(destination, options);
      case "devpts" -> addDevpts(mount, destination, options);
      default -> addInPlace(type, source(mount, type), destination, options, options.data());
    }
  }

  private static String source(Mount mount, String type) {
    return mount.source() == null ? type : mount.source();
  }

  private void addCgroup(String destination, MountOptions options) {
    if (container.cgroupNamespace()) {
      addInPlace("cgroup2", "cgroup2", destination, options, options.data());
    } else {
      trees.addCgroup(destination, options);
    }
  }

  /** A tmpfs at /dev is filled by descriptor afterwards; any other is mounted by one call. */
  private void addTmpfs(String destination, MountOptions options) {
    if (options.has(Extra.TMPCOPYUP)) {
      trees.addFilledTmpfs(destination, options.data(), options);
    } else if (destination.equals("/dev")) {
      addFileSystem("tmpfs", destination, options, true);
    } else {
      addInPlace("tmpfs", "tmpfs", destination, options, tmpfsData(destination, options));
    }
  }

  /** A tmpfs has the mode of the folder that it covers, not 1777, unless an option says so. */
  private List<String> tmpfsData(String destination, MountOptions options) {
    boolean hasMode = options.data().stream().anyMatch(option -> option.startsWith("mode="));
    int mode =
        hasMode || targets.covering(destination) != null ? -1 : image.permissions(destination);
    if (mode < 0) {
      return options.data();
    }
    List<String> data = new ArrayList<>();
    data.add("mode=" + Integer.toOctalString(mode));
    data.addAll(options.data());
    return data;
  }

  /** Makes a file system whose descriptor later steps need. */
  private void addFileSystem(
      String type, String destination, MountOptions options, boolean startsEmpty) {
    List<String> flags = superblockFlags(type, destination, options.superblock());
    if (program.missing(SystemCall.FSOPEN)) {
      place(scratchMount(type, options), destination, options, startsEmpty);
      return;
    }
    Step context = program.call(SystemCall.FSOPEN, type, FSOPEN_CLOEXEC);
    for (String flag : flags) {
      program.call(SystemCall.FSCONFIG, context, FSCONFIG_SET_FLAG, flag, 0, 0);
    }
    for (String option : options.data()) {
      int equals = option.indexOf('=');
      if (equals < 0) {
        program.call(SystemCall.FSCONFIG, context, FSCONFIG_SET_FLAG, option, 0, 0);
      } else {
        program.call(
            SystemCall.FSCONFIG,
            context,
            FSCONFIG_SET_STRING,
            option.substring(0, equals),
            option.substring(equals + 1),
            0);
      }
    }
    program.call(SystemCall.FSCONFIG, context, FSCONFIG_CMD_CREATE, 0, 0, 0);
    Step mount =
        program.call(SystemCall.FSMOUNT, context, FSMOUNT_CLOEXEC, options.attributesOfNew());
    place(mount, destination, options, startsEmpty);
  }

  /**
   * By mount(2), at a place of the host's where nobody can have put anything, from where it is
   * moved as a detached mount would be.
   */
  private Step scratchMount(String type, MountOptions options) {
    return PathSteps.mountAside(program, type, options.mountFlags(), data(options.data()));
  }

  private void place(Step mount, String destination, MountOptions options, boolean startsEmpty) {
    // A file system of the kernel's own is never mounted where a link of the image leads.
    Step target = targets.open(destination, true, RESOLVE_NO_SYMLINKS);
    MountCalls.moveOnto(program, mount, target);
    MountCalls.propagate(program, mount, options);
    targets.add(new Made(destination, mount, null, startsEmpty, startsEmpty, options.readonly()));
  }

  /** Returns flags of mount(2) as fsconfig(2) names them; "silent" is only about its messages. */
  private static List<String> superblockFlags(String type, String destination, long superblock) {
    List<String> flags = new ArrayList<>();
    if ((superblock & MS_I_VERSION) != 0) {
      throw new SpecException(
          "mounts[" + destination + "].options", type + " has no iversion; leave it out");
    }
    if ((superblock & MS_SYNCHRONOUS) != 0) {
      flags.add("sync");
    }
    if ((superblock & MS_DIRSYNC) != 0) {
      flags.add("dirsync");
    }
    if ((superblock & MS_LAZYTIME) != 0) {
      flags.add("lazytime");
    }
    if ((superblock & MS_MANDLOCK) != 0) {
      flags.add("mand");
    }
    return flags;
  }

  /** Mounts by mount(2) onto the folder that has been opened and entered: one call less. */
  private void addInPlace(
      String type, String source, String destination, MountOptions options, List<String> own) {
    Object data = data(own);
    long flags = options.mountFlags();
    String parent = ContainerPath.parent(destination);
    Made covering = targets.covering(destination);
    Step holder = covering == null ? null : covering.fd();
    if (covering != null
        && holder != null
        && covering.empty()
        && covering.destination().equals(parent)) {
      String name = ContainerPath.name(destination);
      enter(holder);
      program.call(SystemCall.MKDIRAT, holder, name, 0755).tolerate(Errno.EEXIST);
      PathSteps.mount(program, source, name, type, flags, data);
    } else if (type.equals("cgroup2")
        && destination.equals("/sys/fs/cgroup")
        && covering != null
        && holder != null
        && covering.destination().equals("/sys")) {
      enter(holder);
      PathSteps.mount(program, source, "fs/cgroup", type, flags, data);
    } else {
      enter(targets.open(targets.resolved(destination), true, 0));
      PathSteps.mount(program, source, ".", type, flags, data);
    }
    if (options.propagation() != 0) {
      MountCalls.propagate(program, targets.openExisting(destination, 0, 0), options);
    }
    boolean kernels = type.equals("cgroup2") || type.equals("mqueue");
    targets.add(new Made(destination, null, null, false, !kernels, options.readonly()));
  }

  private static Object data(List<String> options) {
    String data = MountOptions.mountData(options);
    return data.isEmpty() ? Integer.valueOf(0) : data;
  }

  /** Changes a file system that is mounted there, and the mount with it: mount(2), MS_REMOUNT. */
  private void remount(String type, String destination, MountOptions options) {
    Step target = targets.openExisting(destination, O_DIRECTORY, 0);
    enter(target);
    PathSteps.mount(
        program, type, ".", type, options.mountFlags() | MS_REMOUNT, data(options.data()));
    MountCalls.propagate(program, target, options);
    targets.remounted(destination, options.readonly());
  }

  /** Says that other steps have changed the working folder since. */
  void left() {
    entered = null;
  }

  private void enter(Step folder) {
    if (entered != folder) {
      program.call(SystemCall.FCHDIR, folder);
      entered = folder;
    }
  }

  /**
   * A container with a terminal gets a devpts that the parent has made, because the parent holds
   * its master; any other makes its own.
   */
  private void addDevpts(Mount mount, String destination, MountOptions options) {
    if (!container.terminal()) {
      addInPlace("devpts", source(mount, "devpts"), destination, options, options.data());
      return;
    }
    Step target = targets.open(targets.resolved(destination), true, 0);
    Parameter devpts = program.parameter("devpts");
    terminal = new TerminalInput(devpts, options.data(), options.attributesOfNew());
    MountCalls.moveOnto(program, devpts, target);
    MountCalls.propagate(program, devpts, options);
    targets.add(new Made(destination, null, null, false, true, options.readonly()));
  }

  /** Binds a device node of the host at the same path. */
  void addDevice(String path) {
    String destination = ContainerPath.normalize("linux.devices[].path", path);
    Mount device = new Mount(destination, "bind", path, List.of("bind", "nosuid", "noexec"));
    trees.addBind(device, destination, MountOptions.parse(device.options()));
  }
}
