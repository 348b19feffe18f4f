package io.lighter.cgroups;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Settings of the controller {@code cpuset}.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#cpuset">Control Group v2,
 *     Cpuset</a>
 */
public final class CpusetSettings {
  /** A list as in cpuset(7), with its strides: {@code 0-3,7,8-31:2/8}. */
  private static final Pattern LIST =
      Pattern.compile("(\\d+(-\\d+(:\\d+/\\d+)?)?)(,\\d+(-\\d+(:\\d+/\\d+)?)?)*");

  /** What a cgroup does with its CPUs. */
  public enum Partition {
    /** Shares them with its parent: what the kernel starts with. */
    MEMBER,
    /** Has them for itself, with a scheduling domain of its own. */
    ROOT,
    /** As ROOT, and the scheduler does not balance load over them. Linux 6.1. */
    ISOLATED
  }

  private CpusetSettings() {}

  /**
   * {@code cpuset.cpus}: where the processes may run.
   *
   * @param list CPU numbers and ranges, such as {@code 0-3,7}
   */
  public static Setting cpus(String list) {
    return list("cpuset.cpus", list);
  }

  /**
   * {@code cpuset.mems}: from which memory nodes the processes get memory.
   *
   * @param list node numbers and ranges, such as {@code 0-1}
   */
  public static Setting mems(String list) {
    return list("cpuset.mems", list);
  }

  /** {@code cpuset.cpus.partition}: whether the CPUs are taken from the parent. */
  public static Setting partition(Partition partition) {
    return Setting.of(
        Controller.CPUSET, "cpuset.cpus.partition", partition.name().toLowerCase(Locale.ROOT));
  }

  private static Setting list(String file, String list) {
    String stripped = list.strip();
    if (!LIST.matcher(stripped).matches()) {
      throw Setting.refused(file, list);
    }
    return Setting.of(Controller.CPUSET, file, stripped);
  }
}
