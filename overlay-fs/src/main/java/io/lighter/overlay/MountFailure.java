package io.lighter.overlay;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.FileSystemMagic;
import io.lighter.linux.FileSystemStatus;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Stat;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why an overlay could not be mounted. The kernel tells most reasons to its log only, and
 * answers EINVAL or ELOOP.
 */
final class MountFailure {
  private final Files files;
  private final List<Fd> layers;
  private final @Nullable WritableLayer writable;

  MountFailure(Linux linux, List<Fd> layers, @Nullable WritableLayer writable) {
    this.files = linux.files();
    this.layers = layers;
    this.writable = writable;
  }

  /**
   * Makes the exception.
   *
   * @param messages what the kernel said to the context
   * @param told the layer that was being told when it failed; -1 or the number of layers for none
   */
  OverlayException explain(LinuxException failure, String messages, int told) {
    StringBuilder text = new StringBuilder("cannot mount an overlay of ");
    text.append(layers.size()).append(layers.size() == 1 ? " layer" : " layers");
    if (told >= 0 && told < layers.size()) {
      text.append(": ").append(describe(told));
    }
    text.append(": ").append(failure.getMessage());
    if (!messages.isEmpty()) {
      text.append("; the kernel says: ").append(messages);
    }
    String reason = reason(failure.errno());
    if (!reason.isEmpty()) {
      text.append("; ").append(reason);
    }
    return new OverlayException(text.toString(), failure);
  }

  private String reason(int errno) {
    try (Arena arena = Arena.ofConfined()) {
      return switch (errno) {
        case Errno.ENODEV -> "this kernel has no overlayfs: load it with `modprobe overlay`";
        case Errno.EPERM -> "mounting needs CAP_SYS_ADMIN";
        case Errno.EBUSY -> "the writable layer is in use by another mount";
        case Errno.ESTALE -> "the writable layer was mounted with other layers before";
        case Errno.ENOSPC, Errno.EDQUOT -> "the disk of the writable layer is full";
        case Errno.EROFS ->
            "the disk of the writable layer is full or read-only: the kernel could not make its"
                + " work folder";
        case Errno.ELOOP -> nested(arena);
        case Errno.EINVAL -> invalid(arena);
        default -> "";
      };
    } catch (LinuxException e) {
      return "looking for the reason failed: " + e.getMessage();
    }
  }

  private String invalid(Arena arena) {
    if (writable != null
        && files.faccessat2(writable.folder(), "work/work/incompat/volatile", Stat.F_OK, 0)) {
      return "the writable layer was mounted with `volatile` before: its content cannot be trusted"
          + " after a crash; remove it, or remove work/work/incompat in it if there was none";
    }
    FileSystemStatus status = new FileSystemStatus(arena);
    for (int i = 0; i < layers.size(); i++) {
      files.fstatfs(layers.get(i), status);
      if (status.type() == FileSystemMagic.OVERLAYFS_SUPER_MAGIC) {
        return describe(i) + " lies on an overlay itself; Linux stacks overlays two high at most";
      }
    }
    return "layers must be folders in the mount namespace of the caller, and the writable layer"
        + " must lie on a file system with trusted attributes and whiteouts, such as ext4, xfs,"
        + " btrfs or tmpfs; `dmesg` may say more";
  }

  /** Names the two folders of which one lies in the other. */
  private String nested(Arena arena) {
    FileStatus status = new FileStatus(arena);
    Map<FileIdentity, String> places = new HashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      places.put(identity(layers.get(i), status), describe(i));
    }
    for (int i = 0; i < layers.size(); i++) {
      String above = firstAbove(layers.get(i), places, status);
      if (above != null) {
        return describe(i) + " lies in " + above;
      }
    }
    return "no layer may lie in another, or in the writable layer";
  }

  private @Nullable String firstAbove(
      Fd folder, Map<FileIdentity, String> places, FileStatus status) {
    FileIdentity here = identity(folder, status);
    try (Fd parent = files.openat(folder, "..", Fcntl.O_PATH | Fcntl.O_DIRECTORY, 0)) {
      FileIdentity above = identity(parent, status);
      if (above.equals(here)) {
        return null;
      }
      String place = places.get(above);
      return place == null ? firstAbove(parent, places, status) : place;
    }
  }

  private FileIdentity identity(Fd fd, FileStatus status) {
    files.statx(fd, status);
    return FileIdentity.of(status);
  }

  private String describe(int index) {
    String path = files.readlinkat(Fd.WORKING_FOLDER, layers.get(index).procPath());
    return "layer %d of %d, %s".formatted(index + 1, layers.size(), path);
  }
}
