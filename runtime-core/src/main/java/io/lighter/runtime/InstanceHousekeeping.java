package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.Setting;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.overlay.RootAttributes;
import io.lighter.overlay.WritableLayer;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the containers of one {@link ContainerRuntime} need, ready-made where there are pools. */
final class InstanceHousekeeping implements Housekeeping, AutoCloseable {
  /** How long a killed process may take to be gone, uninterruptible sleep included. */
  private static final Duration ENDING = Duration.ofSeconds(10);

  private final Linux linux;
  private final InstanceFolder instance;
  private final @Nullable NetworkNamespaces networks;
  private final @Nullable ReadyCgroups cgroups;
  private final IdMapNamespaces idMaps;
  private final AtomicLong number = new AtomicLong();

  /** Each with buffers of its thread's, kept from one container to the next. */
  private final ThreadLocal<FolderRemoval> removals;

  InstanceHousekeeping(Linux linux, InstanceFolder instance, int pool) {
    this.linux = linux;
    this.instance = instance;
    this.idMaps = new IdMapNamespaces(linux);
    this.removals = ThreadLocal.withInitial(() -> new FolderRemoval(linux, Arena.ofAuto()));
    this.networks = pool == 0 ? null : new NetworkNamespaces(linux, pool);
    Cgroup parent = instance.cgroup();
    this.cgroups = pool == 0 || parent == null ? null : new ReadyCgroups(parent, pool);
  }

  @Override
  public boolean poolsNetworks() {
    return networks != null;
  }

  @Override
  public Fd takeNetwork() {
    if (networks == null) {
      throw new IllegalStateException("network namespaces are not pooled");
    }
    return networks.take();
  }

  @Override
  public @Nullable Cgroup takeCgroup(Collection<Setting> settings) {
    if (cgroups != null) {
      return cgroups.take(settings);
    }
    Cgroup parent = instance.cgroup();
    return parent == null ? null : parent.create(name(), settings);
  }

  @Override
  public WritableLayer takeLayer(RootAttributes root) {
    return WritableLayer.create(linux, instance.layers(), name(), root);
  }

  private String name() {
    return Long.toString(number.incrementAndGet());
  }

  @Override
  public IdMapNamespaces idMaps() {
    return idMaps;
  }

  @Override
  public Path takeMeetingPlace() {
    return instance.newFolder(name());
  }

  @Override
  public void removeMeetingPlace(Path place) {
    linux.files().unlinkat(Fd.WORKING_FOLDER, place.toString(), Fcntl.AT_REMOVEDIR);
  }

  @Override
  public HookIdentity identity() {
    return new HookIdentity(instance.name(), instance.folder());
  }

  @Override
  public void admit(PidFd process) {}

  @Override
  public void remove(Cgroup cgroup) {
    try (cgroup) {
      cgroup.destroy(ENDING);
    }
  }

  @Override
  public void remove(WritableLayer layer) {
    layer.remove(removals.get());
  }

  @Override
  public void close() {
    idMaps.close();
    if (networks != null) {
      networks.close();
    }
    if (cgroups != null) {
      cgroups.close();
    }
  }
}
