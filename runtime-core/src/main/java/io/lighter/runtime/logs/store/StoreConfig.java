package io.lighter.runtime.logs.store;

import java.time.Duration;

/**
 * How a log is kept.
 *
 * @param segmentBytes where a segment ends: 1 to 2^30 bytes. A batch that is larger has a segment
 *     of its own.
 * @param segmentEntries how many batches a segment has at most, from 1
 * @param maxBytes how much all files of the log may have, from 1; the segment that is written to is
 *     always kept
 * @param maxSegments how many segments there may be, from 1
 * @param maxAge how long lines are kept at least, zero for any time; looked at when a segment is
 *     full, on opening, and by {@link SegmentStore#enforceRetention}
 * @param compress whether segments that are full are compressed
 * @param sync when the disk must have what was written
 */
public record StoreConfig(
    int segmentBytes,
    int segmentEntries,
    long maxBytes,
    int maxSegments,
    Duration maxAge,
    boolean compress,
    Sync sync) {

  /** When the disk must have what was written; a process that is killed loses nothing with any. */
  public enum Sync {
    /** When the kernel sees fit: a power loss takes the last half a minute. */
    NONE,
    /** A second after it was written: a power loss takes the last second. */
    INTERVAL,
    /** Before {@link SegmentStore#append} returns. */
    EACH_BATCH
  }

  /** 64 MiB a segment, compressed; a log of 512 MiB, however old; synced by the kernel. */
  public static final StoreConfig DEFAULT =
      new StoreConfig(64 << 20, 1 << 16, 512L << 20, 1000, Duration.ZERO, true, Sync.NONE);

  private static final int LARGEST_SEGMENT = 1 << 30;

  public StoreConfig {
    check(segmentBytes > 0 && segmentBytes <= LARGEST_SEGMENT, "segmentBytes", segmentBytes);
    check(segmentEntries > 0, "segmentEntries", segmentEntries);
    check(maxBytes > 0, "maxBytes", maxBytes);
    check(maxSegments > 0, "maxSegments", maxSegments);
    check(!maxAge.isNegative(), "maxAge", maxAge);
  }

  private static void check(boolean holds, String name, Object value) {
    if (!holds) {
      throw new IllegalArgumentException("a log cannot be kept with " + name + " " + value);
    }
  }

  /** Returns this with segments of another size, in bytes and batches. */
  public StoreConfig withSegments(int bytes, int entries) {
    return new StoreConfig(bytes, entries, maxBytes, maxSegments, maxAge, compress, sync);
  }

  /** Returns this with other bounds of the whole log. */
  public StoreConfig withRetention(long bytes, int segments, Duration age) {
    return new StoreConfig(segmentBytes, segmentEntries, bytes, segments, age, compress, sync);
  }

  /** Returns this with or without compression. */
  public StoreConfig withCompression(boolean wanted) {
    return new StoreConfig(
        segmentBytes, segmentEntries, maxBytes, maxSegments, maxAge, wanted, sync);
  }

  /** Returns this with another time at which the disk must have it. */
  public StoreConfig withSync(Sync wanted) {
    return new StoreConfig(
        segmentBytes, segmentEntries, maxBytes, maxSegments, maxAge, compress, wanted);
  }
}
