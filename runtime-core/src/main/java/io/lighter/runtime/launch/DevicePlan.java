package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;

import io.lighter.linux.DeviceNumber;
import io.lighter.linux.Errno;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.MountFlags;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.spec.Device;
import io.lighter.runtime.spec.DeviceType;
import java.util.List;

/**
 * What stands in {@code /dev}: the devices and links that every container has, as section "Default
 * Devices" and "Dev symbolic links" of the specification say, and those that it asks for.
 *
 * <p>All of it is made relative to the descriptor of {@code /dev}, never by a path that the image
 * had a hand in (CVE-2026-41579).
 */
final class DevicePlan {
  private record Standard(String name, long major, long minor) {}

  private record Link(String name, String target) {}

  private static final List<Standard> STANDARD =
      List.of(
          new Standard("null", 1, 3),
          new Standard("zero", 1, 5),
          new Standard("full", 1, 7),
          new Standard("random", 1, 8),
          new Standard("urandom", 1, 9),
          new Standard("tty", 5, 0));

  private static final List<Link> LINKS =
      List.of(
          new Link("fd", "/proc/self/fd"),
          new Link("stdin", "/proc/self/fd/0"),
          new Link("stdout", "/proc/self/fd/1"),
          new Link("stderr", "/proc/self/fd/2"),
          new Link("ptmx", "pts/ptmx"));

  private final LaunchProgram program;
  private final Parameter root;

  DevicePlan(LaunchProgram program, Parameter root) {
    this.program = program;
    this.root = root;
  }

  /** Adds the steps that fill a /dev of the program's own. */
  void fill(Step dev) {
    for (Standard device : STANDARD) {
      program
          .call(
              SystemCall.MKNODAT,
              dev,
              device.name,
              S_IFCHR | 0666,
              DeviceNumber.of(device.major, device.minor))
          .tolerate(Errno.EEXIST);
    }
    link(dev);
  }

  /** Does the same where no device node can be made: those of the host are bound. */
  void fillWithBinds(Step dev, MountPlan mounts) {
    for (Standard device : STANDARD) {
      mounts.addDevice("/dev/" + device.name);
    }
    link(dev);
  }

  private void link(Step dev) {
    for (Link link : LINKS) {
      program.call(SystemCall.SYMLINKAT, link.target, dev, link.name).tolerate(Errno.EEXIST);
    }
  }

  /**
   * Adds the steps that make a device of the specification.
   *
   * @param path normalized
   * @param folder in which it is made: that of the path, or where its links lead
   */
  void make(Device device, String path, String folder, PathKinds image, int knownPrefix) {
    new MissingPath(program, root, image)
        .make(folder, true, Math.min(knownPrefix, folder.length()));
    Step parent = PathSteps.openInRoot(program, root, folder, O_PATH | O_DIRECTORY, 0);
    int mode = device.fileMode() == null ? 0666 : device.fileMode();
    String name = ContainerPath.name(path);
    program
        .call(
            SystemCall.MKNODAT,
            parent,
            name,
            type(device.type()) | mode,
            device.type() == DeviceType.FIFO ? 0L : DeviceNumber.of(device.major(), device.minor()))
        .tolerate(Errno.EEXIST);
    if ((device.uid() != null && device.uid() != 0)
        || (device.gid() != null && device.gid() != 0)) {
      program.call(
          SystemCall.FCHOWNAT,
          parent,
          name,
          device.uid() == null ? 0L : device.uid(),
          device.gid() == null ? 0L : device.gid(),
          AT_SYMLINK_NOFOLLOW);
    }
  }

  /** Adds the steps that put the slave of the container's terminal at /dev/console. */
  void console(Step dev) {
    program.call(SystemCall.MKNODAT, dev, "console", S_IFREG | 0620, 0).tolerate(Errno.EEXIST);
    program.call(SystemCall.FCHDIR, dev);
    PathSteps.mount(program, "pts/0", "console", 0, MountFlags.MS_BIND, 0);
  }

  private static int type(DeviceType type) {
    return switch (type) {
      case CHAR, UNBUFFERED -> S_IFCHR;
      case BLOCK -> S_IFBLK;
      case FIFO -> S_IFIFO;
    };
  }
}
