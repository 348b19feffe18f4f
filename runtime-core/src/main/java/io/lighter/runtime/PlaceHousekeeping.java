package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupException;
import io.lighter.cgroups.CgroupTree;
import io.lighter.cgroups.Controller;
import io.lighter.cgroups.Setting;
import io.lighter.linux.Fd;
import io.lighter.linux.PidFd;
import io.lighter.overlay.RootAttributes;
import io.lighter.overlay.WritableLayer;
import io.lighter.runtime.resources.Resctrl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes what one container of a store needs from its place. Nothing is pooled, no layer is made.
 *
 * @param cache its part of the processor's cache, or null
 */
record PlaceHousekeeping(
    ContainerPlace place, CgroupTree tree, IdMapNamespaces idMaps, Resctrl.@Nullable Group cache)
    implements Housekeeping {
  private static final Duration ENDING = Duration.ofSeconds(10);

  @Override
  public boolean poolsNetworks() {
    return false;
  }

  @Override
  public Fd takeNetwork() {
    throw new IllegalStateException("network namespaces are not pooled");
  }

  @Override
  public @Nullable Cgroup takeCgroup(Collection<Setting> settings) {
    String path = place.cgroup();
    if (path == null) {
      return null;
    }
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
  public WritableLayer takeLayer(RootAttributes root) {
    throw new IllegalStateException("the root of a bundle is its own layer");
  }

  @Override
  public Path takeMeetingPlace() {
    return place.folder();
  }

  /** It is the container's own folder, and stays as long as the container. */
  @Override
  public void removeMeetingPlace(Path place) {}

  @Override
  public HookIdentity identity() {
    return new HookIdentity(place.id(), place.bundle());
  }

  @Override
  public void admit(PidFd process) {
    if (cache != null) {
      cache.addTask(process.pid());
    }
  }

  @Override
  public void remove(Cgroup container) {
    try (container) {
      container.destroy(ENDING);
    }
  }

  @Override
  public void remove(WritableLayer layer) {
    throw new IllegalStateException("the root of a bundle is its own layer");
  }
}
