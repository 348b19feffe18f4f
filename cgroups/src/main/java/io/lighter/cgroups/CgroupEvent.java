package io.lighter.cgroups;

/**
 * What a {@link CgroupWatcher} tells. The removal of a cgroup is not among it, because the kernel
 * does not tell; it is always preceded by {@link #EMPTY}.
 */
public enum CgroupEvent {
  /** The first process came, here or below. */
  POPULATED,
  /**
   * The last process went, here and below: it can be removed now. Told of a process that came and
   * went at once, too, and then without {@link #POPULATED}.
   */
  EMPTY,
  /** All processes have stopped. */
  FROZEN,
  /** The processes run again. */
  THAWED,
  /** The limit of memory was reached and reclaim could not help. */
  OOM,
  /** The OOM killer killed a process. */
  OOM_KILL,
  /** The OOM killer killed all processes together. Linux 5.17. */
  OOM_GROUP_KILL,
  /** A {@link PressureTrigger} of the cpu went off. */
  CPU_PRESSURE,
  /** A {@link PressureTrigger} of memory went off. */
  MEMORY_PRESSURE,
  /** A {@link PressureTrigger} of I/O went off. */
  IO_PRESSURE
}
