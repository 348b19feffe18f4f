package io.lighter.runtime.launch;

import static io.lighter.linux.MountFlags.*;

import org.jspecify.annotations.Nullable;

/**
 * What options change of a mount's attributes: MOUNT_ATTR_ bits that are set or cleared; those in
 * neither stay as they are.
 */
record AttributeMask(long set, long clear) {
  static final AttributeMask NONE = new AttributeMask(0, 0);

  boolean isEmpty() {
    return set == 0 && clear == 0;
  }

  /** Returns attributes after the change. */
  long apply(long attributes) {
    return (attributes & ~clear) | set;
  }

  /**
   * Adds an option; where it contradicts an earlier one, it wins. Returns null when the option is
   * none of a mount's attributes.
   */
  @Nullable AttributeMask with(String option) {
    return switch (option) {
      case "ro" -> on(MOUNT_ATTR_RDONLY);
      case "rw" -> off(MOUNT_ATTR_RDONLY);
      case "nosuid" -> on(MOUNT_ATTR_NOSUID);
      case "suid" -> off(MOUNT_ATTR_NOSUID);
      case "nodev" -> on(MOUNT_ATTR_NODEV);
      case "dev" -> off(MOUNT_ATTR_NODEV);
      case "noexec" -> on(MOUNT_ATTR_NOEXEC);
      case "exec" -> off(MOUNT_ATTR_NOEXEC);
      case "nodiratime" -> on(MOUNT_ATTR_NODIRATIME);
      case "diratime" -> off(MOUNT_ATTR_NODIRATIME);
      case "nosymfollow" -> on(MOUNT_ATTR_NOSYMFOLLOW);
      case "symfollow" -> off(MOUNT_ATTR_NOSYMFOLLOW);
      case "noatime" -> accessTime(MOUNT_ATTR_NOATIME);
      case "strictatime" -> accessTime(MOUNT_ATTR_STRICTATIME);
      case "relatime" -> accessTime(MOUNT_ATTR_RELATIME);
      // These three take one kind away, and leave another that was asked for. The kernel's default
      // is relatime, so that "norelatime" can only mean strictatime: mount(8).
      case "atime" -> hasAccessTime(MOUNT_ATTR_STRICTATIME) ? this : accessTime(0);
      case "nostrictatime" -> hasAccessTime(MOUNT_ATTR_NOATIME) ? this : accessTime(0);
      case "norelatime" ->
          hasAccessTime(MOUNT_ATTR_NOATIME) ? this : accessTime(MOUNT_ATTR_STRICTATIME);
      default -> null;
    };
  }

  private AttributeMask on(long bit) {
    return new AttributeMask(set | bit, clear & ~bit);
  }

  private AttributeMask off(long bit) {
    return new AttributeMask(set & ~bit, clear | bit);
  }

  /** The kinds of access time are one field: it is cleared as a whole before one is set. */
  private AttributeMask accessTime(long kind) {
    return new AttributeMask((set & ~MOUNT_ATTR__ATIME) | kind, clear | MOUNT_ATTR__ATIME);
  }

  private boolean hasAccessTime(long kind) {
    return (clear & MOUNT_ATTR__ATIME) != 0 && (set & MOUNT_ATTR__ATIME) == kind;
  }
}
