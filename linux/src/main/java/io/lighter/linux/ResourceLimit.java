package io.lighter.linux;

/**
 * How much of a {@link Resource} a process may have; unsigned, {@link #INFINITY} for any amount.
 *
 * @param soft what the kernel enforces
 * @param hard up to where the process may raise it itself
 */
public record ResourceLimit(long soft, long hard) {
  /** {@code RLIM_INFINITY}. */
  public static final long INFINITY = -1;

  public ResourceLimit {
    if (Long.compareUnsigned(soft, hard) > 0) {
      throw new IllegalArgumentException(
          "the soft limit "
              + Long.toUnsignedString(soft)
              + " is above the hard one "
              + Long.toUnsignedString(hard));
    }
  }
}
