package io.lighter.cli.oci;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupStatistics;

/** Figures that are in control files of their own. */
final class ControlFileLimits {
  private final Cgroup cgroup;

  ControlFileLimits(Cgroup cgroup) {
    this.cgroup = cgroup;
  }

  /**
   * The number in a file.
   *
   * @return {@link CgroupStatistics#ABSENT} without it, {@link CgroupStatistics#UNLIMITED} for max
   */
  long number(String file) {
    String text = cgroup.read(file);
    if (text == null) {
      return CgroupStatistics.ABSENT;
    }
    String number = text.strip();
    return number.equals("max") ? CgroupStatistics.UNLIMITED : Long.parseLong(number);
  }
}
