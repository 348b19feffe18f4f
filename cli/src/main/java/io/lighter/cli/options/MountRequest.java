package io.lighter.cli.options;

import io.lighter.runtime.spec.Mount;
import java.util.List;

/**
 * A mount that was asked for.
 *
 * @param mount the mount; its destination is absolute and clean
 * @param source what must be true of its source before the start
 * @param relabel whether the source is to get an SELinux label of the container's
 */
public record MountRequest(Mount mount, Source source, boolean relabel) {
  /**
   * An anonymous volume. It has {@code nodev}: no container needs devices in it, and one that no
   * device filter guards shall not have them.
   */
  static MountRequest volume(String target) {
    Mount mount = new Mount(target, "bind", null, List.of("rbind", Propagation.DEFAULT, "nodev"));
    return new MountRequest(mount, Source.OWN, false);
  }

  /** This one with a source. */
  public MountRequest from(String path) {
    Mount bound = new Mount(mount.destination(), mount.type(), path, mount.options());
    return new MountRequest(bound, Source.REQUIRED, relabel);
  }

  /** What must be true of a mount's source before the start. */
  public enum Source {
    /** It has none on the host. */
    NONE,
    /** It must be there. */
    REQUIRED,
    /** Where it is missing, an empty folder is made ({@code -v}). */
    CREATED,
    /** A folder of the container's own, with what the image has at the target. */
    OWN
  }
}
