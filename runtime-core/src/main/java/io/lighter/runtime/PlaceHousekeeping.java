package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.Setting;
import io.lighter.linux.Fd;
import io.lighter.linux.PidFd;
import io.lighter.overlay.RootAttributes;
import io.lighter.overlay.WritableLayer;
import io.lighter.runtime.resources.Resctrl;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes what one container of a store needs from its place. Nothing is pooled, no layer is made.
 *
 * @param cgroups how its cgroup is made; null when it gets none
 * @param cache its part of the processor's cache, or null
 */
record PlaceHousekeeping(
    ContainerPlace place,
    @Nullable CgroupMaker cgroups,
    IdMapNamespaces idMaps,
    Resctrl.@Nullable Group cache)
    implements Housekeeping {
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
    return cgroups == null ? null : cgroups.make(List.copyOf(settings));
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
    if (cgroups != null) {
      cgroups.inhabited();
    }
  }

  @Override
  public void remove(Cgroup container) {
    Objects.requireNonNull(cgroups).remove(container);
  }

  @Override
  public void remove(WritableLayer layer) {
    throw new IllegalStateException("the root of a bundle is its own layer");
  }
}
