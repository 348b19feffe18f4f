package io.lighter.runtime.spec;

/**
 * A range of user or group ids, as in {@code /proc/PID/uid_map} of user_namespaces(7).
 *
 * @param containerId first id inside, 0 to 2^32-2
 * @param hostId first id outside, 0 to 2^32-2
 * @param size how many, 1 to 2^32-1
 */
public record IdMapping(long containerId, long hostId, long size) {
  public IdMapping {
    Range.checkId("containerID", containerId);
    Range.checkId("hostID", hostId);
    Range.check("size", size, 1, Range.MAX_UINT32);
    Range.check("containerID + size - 1", containerId + size - 1, 0, Range.MAX_ID);
    Range.check("hostID + size - 1", hostId + size - 1, 0, Range.MAX_ID);
  }

  /** Whether the container's {@code id} is in the range. */
  public boolean covers(long id) {
    return id >= containerId && id < containerId + size;
  }
}
