package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.LaunchStructs.*;
import static io.lighter.linux.MountFlags.*;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps that resolve a path, all of them: no other class may add a call that walks one. A test
 * of the build holds that.
 *
 * <p>What an image or a container had a hand in is opened by descriptor and never leads out of the
 * folder that it is looked up in. A mount goes onto such a descriptor, or onto a name within the
 * working folder, which is one.
 */
final class PathSteps {
  private static final int FOLDER = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

  /** A folder that every host has, to mount at for a moment. */
  private static final String SCRATCH = "/proc";

  private PathSteps() {}

  /**
   * Returns whether paths of the container have to be resolved beforehand, because openat2 is
   * missing.
   */
  static boolean followNoLinks(LaunchProgram program) {
    return program.missing(SystemCall.OPENAT2);
  }

  /**
   * Adds the steps that open a path of the container, and returns the last, whose result is the
   * descriptor.
   *
   * @param root a descriptor, which is {@code /} for links and {@code ..} on the way
   * @param path normalized
   * @param flags O_CLOEXEC is added
   * @param resolve RESOLVE_ bits beyond RESOLVE_IN_ROOT, which forbids magic links too
   */
  static Step openInRoot(LaunchProgram program, Object root, String path, int flags, long resolve) {
    return stepsInRoot(program, root, path, flags, resolve).getLast();
  }

  /**
   * As {@link #openInRoot}; returns all of the steps. They are one openat2, or where that is
   * missing one openat for each component, which follows no link: a link that the plan has not
   * resolved beforehand, because it lies in a volume or has appeared since, fails the start then.
   */
  static List<Step> stepsInRoot(
      LaunchProgram program, Object root, String path, int flags, long resolve) {
    String relative = ContainerPath.relative(path);
    if (!program.missing(SystemCall.OPENAT2)) {
      return List.of(openat2(program, root, relative, flags, RESOLVE_IN_ROOT | resolve));
    }
    List<Step> steps = new ArrayList<>();
    Object folder = root;
    int start = 0;
    for (int end = relative.indexOf('/'); end >= 0; end = relative.indexOf('/', start)) {
      Step next =
          program.call(SystemCall.OPENAT, folder, relative.substring(start, end), FOLDER, 0);
      steps.add(next);
      folder = next;
      start = end + 1;
    }
    int last = flags | O_NOFOLLOW | O_CLOEXEC;
    steps.add(program.call(SystemCall.OPENAT, folder, relative.substring(start), last, 0));
    return steps;
  }

  /**
   * Adds the step that opens a file of a file system of the kernel's, and nothing that is mounted
   * in it; where openat2 is missing, whatever is there.
   *
   * @param path relative
   */
  static Step openWithin(LaunchProgram program, Object fileSystem, String path, int flags) {
    return program.missing(SystemCall.OPENAT2)
        ? program.call(SystemCall.OPENAT, fileSystem, path, flags | O_CLOEXEC, 0)
        : openat2(program, fileSystem, path, flags, RESOLVE_BENEATH | RESOLVE_NO_XDEV);
  }

  /**
   * Adds the step that opens a namespace of a process.
   *
   * @param process its folder in the host's procfs
   */
  static Step openNamespace(LaunchProgram program, Object process, String name) {
    return program.call(SystemCall.OPENAT, process, "ns/" + name, O_RDONLY | O_CLOEXEC, 0);
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

  /**
   * Adds the steps that mount a file system where nobody looks, and returns the last, whose result
   * is its root: for a kernel without fsopen(2).
   */
  static Step mountAside(LaunchProgram program, Object type, long flags, Object data) {
    program.call(SystemCall.MOUNT, type, SCRATCH, type, flags, data);
    return openOnHost(program, SCRATCH, O_PATH | O_DIRECTORY);
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
