package io.lighter.runtime.logs.store;

/**
 * Which files there are of a segment.
 *
 * @param number of the segment
 */
record SegmentFiles(
    long number, boolean hasIndex, boolean isRaw, boolean isCompressed, boolean isUnfinished) {
  boolean hasContent() {
    return isRaw || isCompressed;
  }

  SegmentFiles with(SegmentFiles other) {
    return new SegmentFiles(
        number,
        hasIndex || other.hasIndex,
        isRaw || other.isRaw,
        isCompressed || other.isCompressed,
        isUnfinished || other.isUnfinished);
  }
}
