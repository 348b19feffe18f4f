package io.lighter.cli.options;

import io.lighter.runtime.spec.Mount;

/**
 * A mount that was asked for.
 *
 * @param mount the mount; its destination is absolute and clean
 * @param source what must be true of its source before the start
 * @param relabel whether the source is to get an SELinux label of the container's
 */
public record MountRequest(Mount mount, Source source, boolean relabel) {
  /** What must be true of a mount's source before the start. */
  public enum Source {
    /** It has none on the host. */
    NONE,
    /** It must be there. */
    REQUIRED,
    /** Where it is missing, an empty folder is made ({@code -v}). */
    CREATED
  }
}
