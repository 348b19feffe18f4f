package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.Setting;
import java.util.List;

/** The cgroup of one container: how it is made, and given up when the container cannot be. */
sealed interface CgroupMaker permits TreeCgroup, ScopeCgroup {

  /**
   * Makes it with its limits.
   *
   * @throws RuntimeException when it cannot be made so; nothing is left of it then
   */
  Cgroup make(List<Setting> settings);

  /** Is told that the container's first process is in it. */
  void inhabited();

  /** Ends what still runs in it, and removes it. */
  void remove(Cgroup cgroup);
}
