package io.lighter.cli.oci;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.criu.CriuSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A container to be made again, as {@code restore} takes it.
 *
 * @param id of the container
 * @param bundle its bundle, absolute
 * @param settings what CRIU is told
 * @param consoleSocket who gets the terminal's master, or null
 * @param pidFile what gets the process id, or null
 * @param detach whether this process ends while the container lives
 * @param lsmProfile another label of AppArmor or SELinux, or null
 * @param lsmMountContext another SELinux context of mounts, or null
 */
record RestoreRequest(
    String id,
    Path bundle,
    CriuSettings settings,
    @Nullable Path consoleSocket,
    @Nullable Path pidFile,
    boolean detach,
    @Nullable String lsmProfile,
    @Nullable String lsmMountContext) {

  /** Gives the flags their meaning. */
  static RestoreRequest read(Flags flags, Invocation call) {
    if (flags.isOn("no-pivot", false)) {
      throw new UsageException(
          "--no-pivot is not supported: a container could get out of a root that is only moved");
    }
    return new RestoreRequest(
        Operands.container(flags),
        Paths.or(flags.last("bundle"), call.folder()),
        CriuFlags.read(flags, call),
        Paths.orNull(flags.last("console-socket"), call.folder()),
        Paths.orNull(flags.last("pid-file"), call.folder()),
        flags.isOn("detach", false),
        flags.last("lsm-profile"),
        flags.last("lsm-mount-context"));
  }
}
