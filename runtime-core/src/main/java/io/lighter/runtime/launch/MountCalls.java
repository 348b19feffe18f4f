package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
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
}
