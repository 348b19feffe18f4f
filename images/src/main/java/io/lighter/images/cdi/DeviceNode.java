package io.lighter.images.cdi;

import io.lighter.images.ImageException;
import io.lighter.linux.DeviceNumber;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.runtime.spec.Device;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.DeviceRuleType;
import io.lighter.runtime.spec.DeviceType;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * A device node that a container gets.
 *
 * @param path in the container
 * @param hostPath on this machine, by which what is absent is found out
 * @param type c, b, u or p; absent for that of the host's node
 * @param major absent for that of the host's node, as minor is
 * @param fileMode permissions; absent for those of the host's node where it is looked at
 * @param permissions some of {@code r}, {@code w} and {@code m}
 * @param uid owner; absent for the user of the command, as gid is
 */
public record DeviceNode(
    String path,
    String hostPath,
    @Nullable DeviceType type,
    @Nullable Long major,
    @Nullable Long minor,
    @Nullable Integer fileMode,
    String permissions,
    @Nullable Long uid,
    @Nullable Long gid) {
  /**
   * Returns the node to make.
   *
   * @throws ImageException when it must be looked at on this machine, and is not there
   */
  public Device device(Linux linux, long user, long group) {
    Long owner = uid == null ? Long.valueOf(user) : uid;
    Long ofGroup = gid == null ? Long.valueOf(group) : gid;
    if (type == DeviceType.FIFO) {
      return new Device(path, type, 0, 0, fileMode, owner, ofGroup);
    }
    if (type != null && major != null && minor != null) {
      return new Device(path, type, major, minor, fileMode, owner, ofGroup);
    }
    try (Arena arena = Arena.ofConfined();
        Fd node = linux.files().openat(Fd.WORKING_FOLDER, hostPath, Fcntl.O_PATH, 0)) {
      FileStatus status = new FileStatus(arena);
      linux.files().statx(node, status);
      if (!status.isDevice()) {
        throw new ImageException(hostPath + " is no device node");
      }
      DeviceType found = status.type() == Fcntl.S_IFBLK ? DeviceType.BLOCK : DeviceType.CHAR;
      if (type != null && (type == DeviceType.BLOCK) != (found == DeviceType.BLOCK)) {
        throw new ImageException(
            hostPath + " is of the type " + found.term() + ", not " + type.term());
      }
      return new Device(
          path,
          found,
          DeviceNumber.major(status.rdev()),
          DeviceNumber.minor(status.rdev()),
          fileMode == null ? Integer.valueOf(status.permissions()) : fileMode,
          owner,
          ofGroup);
    } catch (LinuxException e) {
      throw new ImageException(hostPath + " cannot be looked at: " + e.getMessage(), e);
    }
  }

  /** Returns the rule of access to a node that was made, null for a FIFO, which needs none. */
  public @Nullable DeviceRule rule(Device device) {
    return switch (device.type()) {
      case FIFO -> null;
      case BLOCK -> rule(DeviceRuleType.BLOCK, device);
      case CHAR, UNBUFFERED -> rule(DeviceRuleType.CHAR, device);
    };
  }

  private DeviceRule rule(DeviceRuleType kind, Device device) {
    return new DeviceRule(true, kind, device.major(), device.minor(), permissions);
  }
}
