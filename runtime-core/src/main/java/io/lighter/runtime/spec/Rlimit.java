package io.lighter.runtime.spec;

/**
 * A resource limit of setrlimit(2). Both limits are unsigned; {@link #INFINITY} is no limit.
 *
 * @param type which resource
 * @param hard ceiling for the soft limit
 * @param soft what the kernel enforces
 */
public record Rlimit(RlimitType type, long hard, long soft) {
  /** RLIM_INFINITY, 2^64-1 in {@code config.json}. */
  public static final long INFINITY = -1;
}
