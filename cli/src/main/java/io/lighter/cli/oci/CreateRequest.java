package io.lighter.cli.oci;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A container to be made, as {@code create} and {@code run} take it.
 *
 * @param id of the container
 * @param bundle its bundle, absolute
 * @param config the configuration, a relative path from the bundle
 * @param consoleSocket who gets the terminal's master, or null
 * @param pidFile what gets the process id, or null
 * @param pidfdSocket who gets the pidfd, or null
 * @param newKeyring whether it gets a session keyring of its own
 * @param preserveFds how many descriptors are passed on, from 3 or after those of LISTEN_FDS
 * @param detach whether this process ends while the container lives; always of {@code create}
 * @param keep whether the container is left when it has ended
 */
record CreateRequest(
    String id,
    Path bundle,
    String config,
    @Nullable Path consoleSocket,
    @Nullable Path pidFile,
    @Nullable Path pidfdSocket,
    boolean newKeyring,
    int preserveFds,
    boolean detach,
    boolean keep) {

  /**
   * Gives the flags their meaning.
   *
   * @param create whether it is not to be started
   */
  static CreateRequest read(Flags flags, Path folder, boolean create) {
    if (flags.isOn("no-pivot", false)) {
      throw new UsageException(
          "--no-pivot is not supported: a container could get out of a root that is only moved; put"
              + " its root file system on anything but the initial ramdisk");
    }
    String config = flags.last("config");
    return new CreateRequest(
        Operands.container(flags),
        Paths.or(flags.last("bundle"), folder),
        config == null ? "config.json" : config,
        Paths.orNull(flags.last("console-socket"), folder),
        Paths.orNull(flags.last("pid-file"), folder),
        Paths.orNull(flags.last("pidfd-socket"), folder),
        !flags.isOn("no-new-keyring", false),
        PassedDescriptors.count(flags),
        create || flags.isOn("detach", false),
        create || flags.isOn("keep", false));
  }
}
