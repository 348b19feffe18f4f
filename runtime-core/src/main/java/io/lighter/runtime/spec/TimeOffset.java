package io.lighter.runtime.spec;

/**
 * How far a clock is shifted.
 *
 * @param secs seconds, may be negative
 * @param nanosecs nanoseconds to add, 0 to 999,999,999
 */
public record TimeOffset(long secs, int nanosecs) {
  public TimeOffset {
    Range.check("nanosecs", nanosecs, 0, 999_999_999);
  }
}
