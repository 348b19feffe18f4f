package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.Setting;
import io.lighter.linux.Fd;
import io.lighter.linux.PidFd;
import io.lighter.overlay.RootAttributes;
import io.lighter.overlay.WritableLayer;
import java.nio.file.Path;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Hands out what a start needs from the host, and takes it back when the container has ended.
 *
 * <p>Safe for use by many threads.
 */
interface Housekeeping {
  /** Returns whether {@link #takeNetwork} has network namespaces. */
  boolean poolsNetworks();

  /** Returns a network namespace that was made before. */
  Fd takeNetwork();

  /** Returns a new cgroup with settings applied; null where containers get none. */
  @Nullable Cgroup takeCgroup(Collection<Setting> settings);

  /** Returns a new writable layer. */
  WritableLayer takeLayer(RootAttributes root);

  /** Returns an empty folder for the pipes of one start. */
  Path takeMeetingPlace();

  /** Removes such a folder, empty again, of a start that is over. */
  void removeMeetingPlace(Path place);

  /** Returns the user namespaces by which mounts are idmapped. */
  IdMapNamespaces idMaps();

  /** Returns what the containers are called where their hooks are told of them. */
  HookIdentity identity();

  /** Counts a process that waits for its start among those of its container, beside the cgroup. */
  void admit(PidFd process);

  /** Ends what still runs in a cgroup, and removes it. */
  void remove(Cgroup cgroup);

  /** Removes a writable layer. */
  void remove(WritableLayer layer);
}
