package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.LaunchStructs.*;
import static io.lighter.linux.MountFlags.*;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.launch.LaunchInputs.AttributeChange;
import io.lighter.runtime.launch.LaunchInputs.BindInput;
import io.lighter.runtime.launch.LaunchInputs.TerminalInput;
import io.lighter.runtime.spec.Mount;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mounts of the specification, in its order, on the root that is already in place.
 *
 * <p>No destination is walked as a path by a mounting call. It is opened below the root with
 * RESOLVE_IN_ROOT, so that no symbolic link of an image leads out; the mount then goes onto that
 * descriptor. Only within a file system that this program has itself just made, such as the tmpfs
 * at {@code /dev}, a name is used as it is, because nobody else has been there.
 */
final class MountPlan {
  /** A mount that the program has made, as later steps find it. */
  private record Made(String destination, @Nullable Step fd, boolean empty, boolean maybeMissing) {}

  private final LaunchProgram program;
  private final Parameter root;
  private final PathKinds image;
  private final PathKinds host;
  private final boolean hasTerminal;
  private @Nullable TerminalInput terminal;
  private final List<BindInput> binds = new ArrayList<>();
  private final List<Made> made = new ArrayList<>();
  private @Nullable Step entered;

  MountPlan(
      LaunchProgram program, Parameter root, PathKinds image, PathKinds host, boolean hasTerminal) {
    this.program = program;
    this.root = root;
    this.image = image;
    this.host = host;
    this.hasTerminal = hasTerminal;
  }

  List<BindInput> binds() {
    return binds;
  }

  /** Returns the devpts that the parent makes, or null when none was mounted for a terminal. */
  @Nullable TerminalInput terminal() {
    return terminal;
  }

  /** Returns the descriptor of a file system that this program mounted there, or null. */
  @Nullable Step madeAt(String destination) {
    for (int i = made.size() - 1; i >= 0; i--) {
      if (made.get(i).destination.equals(destination)) {
        return made.get(i).fd;
      }
    }
    return null;
  }

  void add(Mount mount) {
    String destination = ContainerPath.normalize("mounts[].destination", mount.destination());
    MountOptions options = MountOptions.parse(destination, mount.options());
    if (options.bind() || mount.isBind()) {
      addBind(mount, destination, options);
      return;
    }
    String type = mount.type() == null ? "" : mount.type();
    switch (type) {
      case "proc", "sysfs" -> addFileSystem(type, destination, options, false);
      case "tmpfs" -> addTmpfs(destination, options);
      case "cgroup", "cgroup2" -> addInPlace("cgroup2", "cgroup2", destination, options);
      case "devpts" -> addDevpts(mount, destination, options);
      default -> addInPlace(type, source(mount, type), destination, options);
    }
  }

  private static String source(Mount mount, String type) {
    return mount.source() == null ? type : mount.source();
  }

  /** A tmpfs at /dev is filled by descriptor afterwards; any other is mounted by one call. */
  private void addTmpfs(String destination, MountOptions options) {
    if (destination.equals("/dev")) {
      addFileSystem("tmpfs", destination, options, true);
    } else {
      addInPlace("tmpfs", "tmpfs", destination, options);
    }
  }

  /** Makes a file system whose descriptor later steps need. */
  private void addFileSystem(
      String type, String destination, MountOptions options, boolean startsEmpty) {
    Step context = program.call(SystemCall.FSOPEN, type, FSOPEN_CLOEXEC);
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
    Step mount = program.call(SystemCall.FSMOUNT, context, FSMOUNT_CLOEXEC, options.set());
    // A file system of the kernel's own is never mounted where a link of the image leads.
    Step target = openTarget(destination, true, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
    moveOnto(mount, target);
    propagate(mount, options);
    made.add(new Made(destination, mount, startsEmpty, startsEmpty));
  }

  /** Mounts by mount(2) onto the folder that has been opened and entered: one call less. */
  private void addInPlace(String type, String source, String destination, MountOptions options) {
    String data = options.mountData();
    Object dataArgument = data.isEmpty() ? Integer.valueOf(0) : data;
    Made parent = madeParent(destination);
    String name = ContainerPath.name(destination);
    if (parent != null && parent.empty) {
      enter(parentFd(parent));
      program.call(SystemCall.MKDIRAT, parentFd(parent), name, 0755).tolerate(Errno.EEXIST);
      program.call(SystemCall.MOUNT, source, name, type, options.mountFlags(), dataArgument);
    } else if (type.equals("cgroup2") && destination.equals("/sys/fs/cgroup") && inSysfs()) {
      enter(sysfs());
      program.call(SystemCall.MOUNT, source, "fs/cgroup", type, options.mountFlags(), dataArgument);
    } else {
      Step target = openTarget(destination, true, RESOLVE_IN_ROOT);
      enter(target);
      program.call(SystemCall.MOUNT, source, ".", type, options.mountFlags(), dataArgument);
    }
    if (options.propagation() != 0) {
      Step opened =
          program.call(
              SystemCall.OPENAT2,
              root,
              ContainerPath.relative(destination),
              openHow(O_PATH | O_CLOEXEC, 0, RESOLVE_IN_ROOT),
              OPEN_HOW_SIZE);
      propagate(opened, options);
    }
    boolean kernels = type.equals("cgroup2") || type.equals("mqueue");
    made.add(new Made(destination, null, false, !kernels));
  }

  private boolean inSysfs() {
    return madeAt("/sys") != null;
  }

  private Step sysfs() {
    Step fd = madeAt("/sys");
    if (fd == null) {
      throw new IllegalStateException("no sysfs has been mounted");
    }
    return fd;
  }

  private @Nullable Made madeParent(String destination) {
    String parent = ContainerPath.parent(destination);
    for (int i = made.size() - 1; i >= 0; i--) {
      if (made.get(i).destination.equals(parent)) {
        return made.get(i);
      }
    }
    return null;
  }

  /** Returns the latest mount that a destination lies below, or null when it lies on the root. */
  private @Nullable Made covering(String destination) {
    for (int i = made.size() - 1; i >= 0; i--) {
      if (ContainerPath.isBelow(destination, made.get(i).destination)) {
        return made.get(i);
      }
    }
    return null;
  }

  private static Step parentFd(Made parent) {
    if (parent.fd == null) {
      throw new IllegalStateException("nothing holds " + parent.destination);
    }
    return parent.fd;
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
    if (!hasTerminal) {
      addInPlace("devpts", source(mount, "devpts"), destination, options);
      return;
    }
    Step target = openTarget(destination, true, RESOLVE_IN_ROOT);
    Parameter devpts = program.parameter("devpts");
    terminal = new TerminalInput(devpts, options.data(), options.set());
    moveOnto(devpts, target);
    made.add(new Made(destination, null, false, true));
  }

  private void addBind(Mount mount, String destination, MountOptions options) {
    if (mount.source() == null) {
      throw new IllegalArgumentException(
          "mounts[" + destination + "].source: a bind mount needs a source");
    }
    Parameter tree = program.parameter("bind " + mount.source());
    List<AttributeChange> changes = new ArrayList<>();
    if (options.recursiveSet() != 0 || options.recursiveClear() != 0) {
      changes.add(new AttributeChange(true, options.recursiveSet(), options.recursiveClear(), 0));
    }
    if (options.set() != 0 || options.clear() != 0) {
      changes.add(new AttributeChange(false, options.set(), options.clear(), 0));
    }
    binds.add(new BindInput(tree, destination, mount.source(), options.recursive(), changes));
    boolean folder = host.of(mount.source()) == PathKinds.Kind.FOLDER;
    Step target = openTarget(destination, folder, RESOLVE_IN_ROOT);
    moveOnto(tree, target);
    // Propagation is set where the mount stands: a detached tree has no peers to speak of yet.
    propagate(tree, options);
    made.add(new Made(destination, null, false, true));
  }

  private void propagate(Object mount, MountOptions options) {
    if (options.propagation() != 0) {
      program.call(
          SystemCall.MOUNT_SETATTR,
          mount,
          "",
          AT_EMPTY_PATH | (options.recursivePropagation() ? AT_RECURSIVE : 0),
          mountAttr(0, 0, options.propagation()),
          MOUNT_ATTR_SIZE);
    }
  }

  private void moveOnto(Object mount, Step target) {
    program.call(
        SystemCall.MOVE_MOUNT,
        mount,
        "",
        target,
        "",
        MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  }

  /** Opens a destination; what is missing on the way there is made. */
  private Step openTarget(String destination, boolean folder, long resolve) {
    Made covering = covering(destination);
    int known = covering == null ? 0 : covering.destination.length();
    if (covering == null || covering.maybeMissing) {
      new MissingPath(program, root, image).make(destination, folder, known);
    }
    int type = folder ? O_DIRECTORY : 0;
    return program.call(
        SystemCall.OPENAT2,
        root,
        ContainerPath.relative(destination),
        openHow(O_PATH | O_CLOEXEC | type, 0, resolve),
        OPEN_HOW_SIZE);
  }
}
