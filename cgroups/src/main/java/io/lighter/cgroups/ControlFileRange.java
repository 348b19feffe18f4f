package io.lighter.cgroups;

/**
 * What each control file takes, for the errors that say so.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2</a>
 */
final class ControlFileRange {
  private static final String BYTES = "bytes from 0 up, or 'max'";
  private static final String DEVICE = "MAJOR:MINOR of a whole disk that is there, then ";

  private ControlFileRange() {}

  /** Returns the range in words, such as {@code 1 to 10000}. */
  static String of(String file) {
    return switch (file) {
      case "cpu.weight" -> "1 to 10000";
      case "cpu.weight.nice" -> "-20 to 19";
      case "cpu.max" ->
          "'QUOTA PERIOD' in microseconds: a quota from 1000 up or 'max', a period of 1000 to"
              + " 1000000, and no more of its parent's share than the parent has";
      case "cpu.max.burst" -> "microseconds from 0 up to the quota of cpu.max";
      case "cpu.idle" -> "0 or 1";
      case "cpu.uclamp.min", "cpu.uclamp.max" -> "a percentage, 0 to 100, or 'max'";
      case "cpuset.cpus" -> "a list of CPUs that the machine has, such as '0-3,7'";
      case "cpuset.mems" -> "a list of memory nodes that the machine has, such as '0-1'";
      case "cpuset.cpus.partition" -> "'member', 'root' or 'isolated'";
      case "memory.min",
          "memory.low",
          "memory.high",
          "memory.max",
          "memory.swap.max",
          "memory.swap.high",
          "memory.zswap.max" ->
          BYTES;
      case "memory.oom.group" -> "0 or 1";
      case "io.weight" ->
          "1 to 10000, as 'default N' or 'MAJOR:MINOR N' of a whole disk that is there";
      case "io.bfq.weight" -> "1 to 1000, as 'default N' or 'MAJOR:MINOR N' of a disk under bfq";
      case "io.max" -> DEVICE + "rbps=, wbps=, riops=, wiops= with a number from 1 up or 'max'";
      case "io.latency" -> DEVICE + "target= with microseconds";
      case "pids.max" -> "0 to 4194304, or 'max'";
      case "rdma.max" -> "DEVICE, then hca_handle= and hca_object= with a number or 'max'";
      case "misc.max" -> "RESOURCE and a number or 'max'";
      default -> file.startsWith("hugetlb.") ? BYTES : "what the kernel's documentation says";
    };
  }
}
