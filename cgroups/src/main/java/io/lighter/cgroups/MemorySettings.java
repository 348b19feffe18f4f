package io.lighter.cgroups;

/**
 * Settings of the controller {@code memory}. Bytes are rounded down to whole pages by the kernel;
 * where a limit may be none, it is {@link Setting#UNLIMITED}.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#memory">Control Group v2,
 *     Memory</a>
 */
public final class MemorySettings {
  private MemorySettings() {}

  /** {@code memory.min}: bytes that are never reclaimed; the OOM killer strikes elsewhere first. */
  public static Setting min(long bytes) {
    return limit("memory.min", bytes);
  }

  /** {@code memory.low}: bytes that are reclaimed only when nothing unprotected is left. */
  public static Setting low(long bytes) {
    return limit("memory.low", bytes);
  }

  /** {@code memory.high}: bytes above which processes are slowed and their memory reclaimed. */
  public static Setting high(long bytes) {
    return limit("memory.high", bytes);
  }

  /** {@code memory.max}: bytes above which the OOM killer strikes. */
  public static Setting max(long bytes) {
    return limit("memory.max", bytes);
  }

  /** {@code memory.swap.max}: bytes of swap, not counting memory as cgroup v1 did. */
  public static Setting swapMax(long bytes) {
    return limit("memory.swap.max", bytes);
  }

  /** {@code memory.swap.high}: bytes of swap above which processes are slowed. Linux 5.8. */
  public static Setting swapHigh(long bytes) {
    return limit("memory.swap.high", bytes);
  }

  /** {@code memory.zswap.max}: bytes of compressed swap in memory. Linux 5.19, CONFIG_ZSWAP. */
  public static Setting zswapMax(long bytes) {
    return limit("memory.zswap.max", bytes);
  }

  /** {@code memory.oom.group}: whether the OOM killer kills all processes or none. */
  public static Setting oomGroup(boolean together) {
    return Setting.of(Controller.MEMORY, "memory.oom.group", together ? 1 : 0);
  }

  private static Setting limit(String file, long bytes) {
    return Setting.ofLimit(Controller.MEMORY, file, bytes);
  }
}
