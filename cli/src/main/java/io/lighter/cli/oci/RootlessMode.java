package io.lighter.cli.oci;

import io.lighter.cli.flags.UsageException;
import org.jspecify.annotations.Nullable;

/** {@code --rootless}: whether less than the rights of the host's root must do. */
enum RootlessMode {
  /** A container goes without a cgroup where this process may make none. */
  TRUE,
  /** An ordinary user is refused, and a container without a cgroup is none. */
  FALSE,
  /** As {@link #TRUE} for all but the host's root. */
  AUTO;

  static RootlessMode parse(@Nullable String text) {
    return switch (text == null ? "auto" : text) {
      case "true" -> TRUE;
      case "false" -> FALSE;
      case "auto" -> AUTO;
      default -> throw new UsageException("--rootless takes true, false or auto, not " + text);
    };
  }
}
