package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.MountFlags.*;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.launch.LaunchInputs.AttributeChange;
import io.lighter.runtime.launch.LaunchInputs.BindInput;
import io.lighter.runtime.launch.LaunchInputs.CgroupInput;
import io.lighter.runtime.launch.LaunchInputs.FilledTmpfsInput;
import io.lighter.runtime.launch.LaunchInputs.IdMap;
import io.lighter.runtime.launch.LaunchInputs.TreeInput;
import io.lighter.runtime.launch.MountOptions.Extra;
import io.lighter.runtime.launch.MountTargets.Made;
import io.lighter.runtime.spec.IdMapping;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.SpecException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mounts that the parent makes, detached, and the program only moves into place. */
final class TreePlan {
  /** What mount(2) with MS_REMOUNT and MS_BIND sets to exactly what is given. */
  private static final long REPLACED =
      MOUNT_ATTR_RDONLY
          | MOUNT_ATTR_NOSUID
          | MOUNT_ATTR_NODEV
          | MOUNT_ATTR_NOEXEC
          | MOUNT_ATTR_NODIRATIME
          | MOUNT_ATTR_NOSYMFOLLOW;

  private final LaunchProgram program;
  private final MountTargets targets;
  private final PathKinds image;
  private final PathKinds host;
  private final List<TreeInput> inputs = new ArrayList<>();

  TreePlan(LaunchProgram program, MountTargets targets, PathKinds image, PathKinds host) {
    this.program = program;
    this.targets = targets;
    this.image = image;
    this.host = host;
  }

  List<TreeInput> inputs() {
    return inputs;
  }

  /** Returns what is bound there, or null when it is no bind mount. */
  @Nullable String sourceOf(String destination) {
    for (TreeInput input : inputs.reversed()) {
      if (input instanceof BindInput bind && bind.destination().equals(destination)) {
        return bind.source();
      }
    }
    return null;
  }

  /** Adds a bind mount, or what an option makes of it. */
  void addBind(Mount mount, String destination, MountOptions options) {
    if (options.has(Extra.REMOUNT)) {
      remount(destination, options);
      return;
    }
    String source = mount.source();
    if (source == null) {
      throw new SpecException("mounts[" + destination + "].source", "a bind mount needs a source");
    }
    if (options.has(Extra.COPY_SYMLINK)) {
      String link = host.linkTarget(source);
      if (link != null) {
        copyLink(link, destination);
        return;
      }
    }
    Parameter tree = program.parameter("bind " + source);
    boolean followed = !options.has(Extra.SRC_NOFOLLOW);
    inputs.add(
        new BindInput(
            tree,
            destination,
            source,
            options.recursive(),
            followed,
            changes(options),
            ids(mount, options)));
    boolean folder =
        host.of(source) == PathKinds.Kind.FOLDER && (followed || host.linkTarget(source) == null);
    Step target = openTarget(source, destination, folder, options.has(Extra.DEST_NOFOLLOW));
    place(tree, target, destination, options);
  }

  private Step openTarget(String source, String destination, boolean folder, boolean onLink) {
    if (onLink) {
      String parent = targets.resolved(ContainerPath.parent(destination));
      String place = ContainerPath.below(parent, ContainerPath.name(destination));
      targets.make(place, folder);
      return targets.openExisting(place, O_NOFOLLOW, 0);
    }
    // Of procfs no link is followed: what is replaced there is named by its own name.
    boolean inProc = ContainerPath.isBelow(destination, "/proc");
    String place = inProc ? destination : targets.resolved(destination);
    PathKinds.Kind kind = targets.kind(place);
    if (kind == PathKinds.Kind.FILE && folder) {
      throw new SpecException(
          "mounts[" + destination + "]",
          source + " is a folder, and a file stands at the destination in the image");
    }
    if (kind == PathKinds.Kind.FOLDER && !folder && host.of(source) == PathKinds.Kind.FILE) {
      throw new SpecException(
          "mounts[" + destination + "]",
          source + " is not a folder, and a folder stands at the destination in the image");
    }
    return targets.open(place, folder, inProc ? RESOLVE_NO_SYMLINKS : 0);
  }

  /** What mount(2) does with MS_REMOUNT and MS_BIND; here it can be a file, too. */
  private void remount(String destination, MountOptions options) {
    Step target = targets.openExisting(destination, 0, 0);
    AttributeMask asked = options.attributes();
    long accessTime = asked.clear() & MOUNT_ATTR__ATIME;
    AttributeMask tree = options.tree();
    if (program.missing(SystemCall.MOUNT_SETATTR)) {
      remountByPath(target, destination, options);
    } else {
      MountCalls.setattr(program, target, 0, asked.set(), (REPLACED & ~asked.set()) | accessTime);
    }
    if (!tree.isEmpty()) {
      MountCalls.setattr(program, target, AT_RECURSIVE, tree.set(), tree.clear());
    }
    MountCalls.propagate(program, target, options);
    targets.remounted(destination, options.readonly());
  }

  private void remountByPath(Step target, String destination, MountOptions options) {
    if (!options.tree().isEmpty()) {
      throw new SpecException(
          "mounts[" + destination + "].options",
          "a whole tree is remounted by mount_setattr(2) of Linux 5.12, which this kernel or a"
              + " seccomp filter over it does not have; name the mounts one by one");
    }
    MountCalls.remount(program, target, options.mountFlags());
  }

  /** A link that is there must say the same; one in the way of another cannot be told apart. */
  private void copyLink(String link, String destination) {
    String parent = targets.resolved(ContainerPath.parent(destination));
    String name = ContainerPath.name(destination);
    String place = ContainerPath.below(parent, name);
    Made covering = targets.covering(parent);
    if (covering == null) {
      String there = image.linkTarget(place);
      if (link.equals(there)) {
        return;
      }
      if (there != null || image.of(place) != PathKinds.Kind.MISSING) {
        throw new SpecException(
            "mounts[" + destination + "]",
            "copy-symlink: the image has something else there than a link to " + link);
      }
    }
    targets.make(parent, true);
    Step folder = targets.openExisting(parent, O_DIRECTORY, 0);
    program.call(SystemCall.SYMLINKAT, link, folder, name);
  }

  private static List<AttributeChange> changes(MountOptions options) {
    List<AttributeChange> changes = new ArrayList<>();
    AttributeMask own = options.attributes();
    if (!own.isEmpty()) {
      changes.add(new AttributeChange(false, own.set(), own.clear(), 0));
    }
    AttributeMask tree = options.tree();
    long propagation = detachedPropagation(options.propagation());
    if (!tree.isEmpty() || propagation != 0) {
      changes.add(new AttributeChange(true, tree.set(), tree.clear(), propagation));
    }
    return changes;
  }

  /**
   * A clone of a shared mount is its peer: what a container mounts below it would appear on the
   * host. So it is cut off before the container has it, unless the options ask for that.
   */
  private static long detachedPropagation(long asked) {
    if (asked == MS_SHARED) {
      return 0;
    }
    return asked == MS_SLAVE ? MS_SLAVE : MS_PRIVATE;
  }

  private static @Nullable IdMap ids(Mount mount, MountOptions options) {
    if (mount.uidMappings().isEmpty()) {
      return null;
    }
    return new IdMap(
        lines(mount.uidMappings()), lines(mount.gidMappings()), options.has(Extra.RIDMAP));
  }

  private static String lines(List<IdMapping> mappings) {
    StringBuilder lines = new StringBuilder();
    for (IdMapping mapping : mappings) {
      lines.append(mapping.containerId()).append(' ');
      lines.append(mapping.hostId()).append(' ').append(mapping.size()).append('\n');
    }
    return lines.toString();
  }

  /** Adds a tmpfs that the parent fills with what the image has there. */
  void addFilledTmpfs(String destination, List<String> data, MountOptions options) {
    String place = targets.resolved(destination);
    Made covering = targets.covering(place);
    if (covering != null) {
      throw new SpecException(
          "mounts[" + destination + "].options",
          "tmpcopyup copies from the image, and the mount at "
              + covering.destination()
              + " covers that; leave one of them out");
    }
    Parameter tree = program.parameter("tmpfs " + destination);
    inputs.add(new FilledTmpfsInput(tree, destination, data, options.attributesOfNew()));
    place(tree, targets.open(place, true, 0), destination, options);
  }

  /** Adds a bind of the container's own cgroup, for a container without a cgroup namespace. */
  void addCgroup(String destination, MountOptions options) {
    if (!options.readonly()) {
      throw new SpecException(
          "mounts[" + destination + "].options",
          "without a cgroup namespace the container could change its own limits there; add the"
              + " option ro, or {\"type\": \"cgroup\"} to linux.namespaces");
    }
    Parameter tree = program.parameter("cgroup");
    inputs.add(new CgroupInput(tree, destination, options.attributesOfNew()));
    Step target = targets.open(targets.resolved(destination), true, 0);
    place(tree, target, destination, options);
  }

  private void place(Parameter tree, Step target, String destination, MountOptions options) {
    MountCalls.moveOnto(program, tree, target);
    MountCalls.propagate(program, tree, options);
    targets.add(new Made(destination, null, tree, false, true, options.readonly()));
  }
}
