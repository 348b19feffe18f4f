package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.LaunchProgram.SPARE_DESCRIPTOR;
import static io.lighter.linux.LaunchStructs.*;
import static io.lighter.linux.MountFlags.*;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;

/** The calls on mounts that several parts of a program make. */
final class MountCalls {
  private MountCalls() {}

  /** Adds the step that moves a detached mount onto what has been opened. */
  static void moveOnto(LaunchProgram program, Object mount, Step target) {
    program.call(
        SystemCall.MOVE_MOUNT,
        mount,
        "",
        target,
        "",
        MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  }

  /**
   * Adds the steps that give a mount these flags and no others, by mount(2). The host's procfs must
   * still be there.
   *
   * @param mount its descriptor; a file's as well as a folder's
   * @param flags MS_ bits
   */
  static void remount(LaunchProgram program, Object mount, Object flags) {
    String path = mount instanceof String name ? name : path(program, mount);
    Object all = flags instanceof Long bits ? bits | MS_REMOUNT | MS_BIND : flags;
    program.call(SystemCall.MOUNT, 0, path, 0, all, 0);
  }

  /** Adds the step that gives a descriptor a number, and so a path that is known beforehand. */
  private static String path(LaunchProgram program, Object fd) {
    program.call(SystemCall.DUP3, fd, SPARE_DESCRIPTOR, O_CLOEXEC);
    return "/proc/self/fd/" + SPARE_DESCRIPTOR;
  }

  /** Adds the step that changes attributes of a mount, or with AT_RECURSIVE of a tree. */
  static void setattr(LaunchProgram program, Object mount, int flags, long set, long clear) {
    program.call(
        SystemCall.MOUNT_SETATTR,
        mount,
        "",
        AT_EMPTY_PATH | flags,
        mountAttr(set, clear, 0),
        MOUNT_ATTR_SIZE);
  }

  /** Adds the step that sets a mount's propagation, if the options name one. */
  static void propagate(LaunchProgram program, Object mount, MountOptions options) {
    if (options.propagation() != 0 && program.missing(SystemCall.MOUNT_SETATTR)) {
      long tree = options.recursivePropagation() ? MS_REC : 0;
      String path = path(program, mount);
      program.call(SystemCall.MOUNT, 0, path, 0, options.propagation() | tree, 0);
    } else if (options.propagation() != 0) {
      program.call(
          SystemCall.MOUNT_SETATTR,
          mount,
          "",
          AT_EMPTY_PATH | (options.recursivePropagation() ? AT_RECURSIVE : 0),
          mountAttr(0, 0, options.propagation()),
          MOUNT_ATTR_SIZE);
    }
  }
}
