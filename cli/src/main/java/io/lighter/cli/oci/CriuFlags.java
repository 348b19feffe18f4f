package io.lighter.cli.oci;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.criu.CriuSettings;
import java.nio.file.Path;

/** What {@code checkpoint} and {@code restore} tell CRIU, as runc and crun take it. */
final class CriuFlags {
  private static final String IMAGES = "checkpoint";

  private CriuFlags() {}

  /** Gives the flags their meaning. */
  static CriuSettings read(Flags flags, Invocation call) {
    String cgroups = flags.last("manage-cgroups-mode");
    if (cgroups != null && !cgroups.equals("ignore")) {
      throw new UsageException(
          "--manage-cgroups-mode "
              + cgroups
              + " is not supported: a restored container gets a new cgroup with the limits of its"
              + " configuration, and none below it; leave the flag out, or give ignore");
    }
    String empty = flags.last("empty-ns");
    if (empty != null && !empty.equals("network")) {
      throw new UsageException("--empty-ns takes network, not " + empty);
    }
    Path images = Paths.orNull(flags.last("image-path"), call.folder());
    return new CriuSettings(
        call.options().criu(),
        images == null ? call.folder().resolve(IMAGES) : images,
        Paths.orNull(flags.last("work-path"), call.folder()),
        flags.isOn("ext-unix-sk", false),
        flags.isOn("shell-job", false),
        flags.isOn("file-locks", false),
        flags.isOn("link-remap", false),
        empty != null);
  }
}
