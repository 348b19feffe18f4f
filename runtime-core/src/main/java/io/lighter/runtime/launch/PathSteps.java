package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.LaunchStructs.*;
import static io.lighter.linux.MountFlags.*;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;

/**
 * The steps that resolve a path, all of them: no other class may add a call that walks one. A test
 * of the build holds that.
 *
 * <p>What an image or a container had a hand in is opened by descriptor and never leads out of the
 * folder that it is looked up in. A mount goes onto such a descriptor, or onto a name within the
 * working folder, which is one.
 */
final class PathSteps {
  private PathSteps() {}

  /**
   * Adds the step that opens a path of the container.
   *
   * @param root a descriptor, which is {@code /} for links and {@code ..} on the way
   * @param path normalized
   * @param flags O_CLOEXEC is added
   * @param resolve RESOLVE_ bits beyond RESOLVE_IN_ROOT, which forbids magic links too
   */
  static Step openInRoot(LaunchProgram program, Object root, String path, int flags, long resolve) {
    return openat2(program, root, ContainerPath.relative(path), flags, RESOLVE_IN_ROOT | resolve);
  }

  /**
   * Adds the step that opens a file of a file system of the kernel's, and nothing that is mounted
   * in it.
   *
   * @param path relative
   */
  static Step openWithin(LaunchProgram program, Object fileSystem, String path, int flags) {
    return openat2(program, fileSystem, path, flags, RESOLVE_BENEATH | RESOLVE_NO_XDEV);
  }

  private static Step openat2(
      LaunchProgram program, Object folder, String path, int flags, long resolve) {
    return program.call(
        SystemCall.OPENAT2, folder, path, openHow(flags | O_CLOEXEC, 0, resolve), OPEN_HOW_SIZE);
  }

  /**
   * Adds the step that opens a path of the host, as long as its root is the process's.
   *
   * @param path absolute: a text, or a parameter that is one
   */
  static Step openOnHost(LaunchProgram program, Object path, int flags) {
    return program.call(SystemCall.OPENAT, AT_FDCWD, path, flags | O_CLOEXEC, 0);
  }

  /** Adds the step that clones a mount of the host, as {@link #openOnHost} finds it. */
  static Step cloneFromHost(LaunchProgram program, String path) {
    return program.call(SystemCall.OPEN_TREE, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  }

  /** Adds the step that clones an open mount with all below it. */
  static Step cloneTree(LaunchProgram program, Step tree) {
    return program.call(
        SystemCall.OPEN_TREE,
        tree,
        "",
        OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
  }

  /**
   * Adds the step that mounts by mount(2).
   *
   * @param source a device, a path of the host, or a name that says what it is
   * @param name {@code .} for the working folder, or what stands within it: a name in a file system
   *     that the program has just made, where nobody else has been, or a path in one of the
   *     kernel's, which has no links that others make
   * @throws IllegalArgumentException when the name could lead anywhere else
   */
  static Step mount(
      LaunchProgram program, Object source, String name, Object type, long flags, Object data) {
    if (name.startsWith("/") || name.isEmpty() || ("/" + name + "/").contains("/../")) {
      throw new IllegalArgumentException("a mount at \"" + name + "\" is at no name of a folder");
    }
    return program.call(SystemCall.MOUNT, source, name, type, flags, data);
  }

  /** Adds the step that changes how mounts of the host and of the program reach one another. */
  static Step propagateRoot(LaunchProgram program, long flags) {
    return program.call(SystemCall.MOUNT, 0, "/", 0, flags, 0);
  }

  /** Adds the step that puts the root of the container in the place of a folder of the host. */
  static Step placeRoot(LaunchProgram program, Object root, String path) {
    return program.call(SystemCall.MOVE_MOUNT, root, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
  }
}
