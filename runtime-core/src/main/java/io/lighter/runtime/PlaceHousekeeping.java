package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.cgroups.Setting;
import io.lighter.linux.Fd;
import io.lighter.linux.PidFd;
import io.lighter.overlay.RootAttributes;
import io.lighter.overlay.WritableLayer;
import io.lighter.runtime.resources.Resctrl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
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
  public Cgroup takeCgroup(Collection<Setting> settings) {
    String cgroup = place.cgroup();
    int slash = cgroup.lastIndexOf('/');
    String parent = slash == 0 ? "/" : cgroup.substring(0, slash);
    Cgroup existing = tree.openIfExists(parent);
    try (Cgroup above = existing == null ? tree.create(parent) : existing) {
      return above.create(cgroup.substring(slash + 1), settings);
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
