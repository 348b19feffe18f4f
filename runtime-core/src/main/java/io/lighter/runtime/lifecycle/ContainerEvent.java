package io.lighter.runtime.lifecycle;

import io.lighter.linux.ExitStatus;
import org.jspecify.annotations.Nullable;

/**
 * Something that has happened to a container.
 *
 * @param id the container's
 * @param exit with {@link Kind#EXITED} how its first process ended, if the kernel knows it: it
 *     forgets, before Linux 6.15, once the parent has reaped the process. Otherwise null
 */
public record ContainerEvent(String id, Kind kind, @Nullable ExitStatus exit) {
  /** What can happen. */
  public enum Kind {
    /** Its first process has ended. Told once. */
    EXITED,
    /** Its last process has ended. */
    EMPTY,
    /** All its processes have stopped. */
    PAUSED,
    /** Its processes run again. */
    RESUMED,
    /** Its limit of memory was reached and reclaim could not help. */
    OOM,
    /** The OOM killer killed one of its processes. */
    OOM_KILL,
    /** The OOM killer killed all its processes together. Linux 5.17. */
    OOM_GROUP_KILL
  }
}
