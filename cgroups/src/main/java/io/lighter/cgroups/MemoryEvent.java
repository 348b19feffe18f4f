package io.lighter.cgroups;

/**
 * Keys of {@code memory.events}: how often something happened in the cgroup or below it.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files">Control
 *     Group v2, Memory Interface Files</a>
 */
public enum MemoryEvent {
  /** Reclaim below the protection of {@code memory.low}. */
  LOW,
  /** Throttling at {@code memory.high}. */
  HIGH,
  /** Usage was about to go over {@code memory.max}. */
  MAX,
  /** The limit was reached and reclaim could not help. */
  OOM,
  /** Processes killed for it. */
  OOM_KILL,
  /** Times that all were killed together, for {@code memory.oom.group}. Linux 5.17. */
  OOM_GROUP_KILL
}
