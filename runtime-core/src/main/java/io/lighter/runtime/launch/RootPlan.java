package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.LaunchStructs.*;
import static io.lighter.linux.MountFlags.*;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.spec.RootfsPropagation;
import io.lighter.runtime.spec.Spec;
import org.jspecify.annotations.Nullable;

/** The part of a launch program that mounts the root, and later makes it the only one there is. */
final class RootPlan {
  private final LaunchProgram program;
  private final Parameter root;
  private final PathKinds image;
  private final @Nullable RootfsPropagation propagation;
  private final boolean readonly;

  RootPlan(LaunchProgram program, Parameter root, Spec spec, PathKinds image) {
    this.program = program;
    this.root = root;
    this.image = image;
    this.propagation = spec.linuxOrEmpty().rootfsPropagation();
    this.readonly = spec.root() != null && spec.root().readonly();
  }

  /**
   * Mounts the root over the host's, where the pivot finds it; only in this mount namespace can
   * nobody see it.
   *
   * @param path where it is to be seen until then, or null
   */
  void place(@Nullable String path) {
    // Nothing that is mounted here may reach the host, and with rslave the host's may reach us.
    boolean slave =
        propagation == RootfsPropagation.SLAVE || propagation == RootfsPropagation.RSLAVE;
    long kind = slave ? MS_SLAVE : MS_PRIVATE;
    PathSteps.propagateRoot(program, MS_REC | kind);
    PathSteps.placeRoot(program, root, path == null ? "/" : path);
  }

  /**
   * Makes it the root.
   *
   * @return what the parent must fill in, because only it knows how the root was mounted; mostly
   *     null
   */
  @Nullable Parameter enter() {
    Parameter flags = null;
    if (readonly && program.missing(SystemCall.MOUNT_SETATTR)) {
      // What else the mount has only the parent knows, which has made it.
      flags = program.parameter("flags of the read-only root");
      MountCalls.remount(program, root, flags);
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
    propagate();
    return flags;
  }

  private void propagate() {
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
  void workingFolder(String wanted, MountPlan mounts) {
    String cwd = ContainerPath.normalize("process.cwd", wanted);
    if (cwd.equals("/")) {
      return; // the pivot left us there
    }
    if (image.of(cwd) == PathKinds.Kind.MISSING) {
      new MissingPath(program, root, image).make(cwd, true, 0);
    }
    Step folder = PathSteps.openInRoot(program, root, mounts.place(cwd), O_PATH | O_DIRECTORY, 0);
    program.call(SystemCall.FCHDIR, folder);
  }
}
