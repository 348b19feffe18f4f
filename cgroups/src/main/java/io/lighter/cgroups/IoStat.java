package io.lighter.cgroups;

/**
 * Keys of {@code io.stat}, for each device since the cgroup was made.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#io-interface-files">Control
 *     Group v2, IO Interface Files</a>
 */
public enum IoStat {
  /** Bytes read. */
  RBYTES,
  /** Bytes written. */
  WBYTES,
  /** Read operations. */
  RIOS,
  /** Write operations. */
  WIOS,
  /** Bytes discarded. */
  DBYTES,
  /** Discard operations. */
  DIOS
}
