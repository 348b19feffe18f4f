package io.lighter.runtime.logs.store;

import java.util.ArrayList;
import java.util.List;

/**
 * Removes the oldest segments of a log that has grown beyond its bounds. Readers that have one open
 * read it to its end.
 */
final class Retention {
  private final SegmentFolder folder;
  private final StoreConfig config;

  Retention(SegmentFolder folder, StoreConfig config) {
    this.folder = folder;
    this.config = config;
  }

  /**
   * Looks at all segments.
   *
   * @param current the newest, which stays in any case
   */
  void enforce(long current) {
    List<SegmentFiles> segments = new ArrayList<>(folder.list());
    segments.removeIf(files -> files.number() > current);
    long bytes = 0;
    for (SegmentFiles files : segments) {
      bytes += folder.bytes(files);
    }
    for (int i = 0; i < segments.size() - 1; i++) {
      boolean tooMany = segments.size() - i > config.maxSegments();
      if (!tooMany && bytes <= config.maxBytes() && !isTooOld(segments.get(i + 1))) {
        return;
      }
      bytes -= folder.bytes(segments.get(i));
      folder.removeSegment(segments.get(i).number());
    }
  }

  /**
   * Removes segments that have no line from a number on.
   *
   * @param current the newest, which stays in any case
   */
  void removeBefore(long line, long current) {
    List<SegmentFiles> segments = new ArrayList<>(folder.list());
    for (int i = 0; i < segments.size() - 1 && segments.get(i).number() < current; i++) {
      IndexHeader next = folder.header(segments.get(i + 1).number());
      if (next == null || next.linesBefore() > line) {
        return;
      }
      folder.removeSegment(segments.get(i).number());
    }
  }

  /** Returns whether all lines before a segment are too old. */
  private boolean isTooOld(SegmentFiles next) {
    if (config.maxAge().isZero()) {
      return false;
    }
    IndexHeader header = folder.header(next.number());
    return header != null && header.time() < now() - config.maxAge().toNanos();
  }

  private static long now() {
    var now = java.time.Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
