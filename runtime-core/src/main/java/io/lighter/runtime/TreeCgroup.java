package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupException;
import io.lighter.cgroups.CgroupTree;
import io.lighter.cgroups.Controller;
import io.lighter.cgroups.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A cgroup that is made in the tree itself.
 *
 * @param path absolute
 */
record TreeCgroup(CgroupTree tree, String path) implements CgroupMaker {
  private static final Duration ENDING = Duration.ofSeconds(10);

  @Override
  public Cgroup make(List<Setting> settings) {
    String parent = ContainerPlace.above(path);
    Cgroup existing = tree.openIfExists(parent);
    try (Cgroup above = existing == null ? tree.create(parent) : existing) {
      enableAll(above);
      return above.create(path.substring(path.lastIndexOf('/') + 1), settings);
    }
  }

  /**
   * Who asks for the figures of a container reads them in its cgroup, as Podman, containerd and the
   * kubelet do, whether or not it has limits: so it gets all controllers, as of runc and crun. One
   * that is not to be had here is told when a limit needs it.
   */
  private void enableAll(Cgroup above) {
    if (tryToEnable(above, tree.controllers())) {
      return;
    }
    for (Controller controller : tree.controllers()) {
      tryToEnable(above, Set.of(controller));
    }
  }

  private static boolean tryToEnable(Cgroup above, Set<Controller> controllers) {
    try {
      above.enable(controllers);
      return true;
    } catch (CgroupException e) {
      return false;
    }
  }

  @Override
  public void inhabited() {}

  @Override
  public void remove(Cgroup cgroup) {
    try (cgroup) {
      cgroup.destroy(ENDING);
    }
  }
}
