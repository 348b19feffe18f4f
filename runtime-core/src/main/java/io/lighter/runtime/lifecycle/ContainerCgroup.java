package io.lighter.runtime.lifecycle;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupFolder;
import io.lighter.cgroups.CgroupTree;
import io.lighter.cgroups.Setting;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Signals;
import io.lighter.runtime.ContainerPlace;
import io.lighter.runtime.resources.CpuBandwidth;
import io.lighter.runtime.resources.ResourceSettings;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.systemd.Scope;
import io.lighter.runtime.systemd.Systemd;
import io.lighter.runtime.systemd.SystemdException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cgroup of a stored container: all its processes, and the limits they share. Safe for use by
 * many threads and processes.
 *
 * @param store whose launch, which knows the host's tree, is asked only by what needs the kernel's
 *     own calls, and whose systemd by what concerns a unit
 * @param place the container's
 * @param unit of systemd that it belongs to, or null
 */
record ContainerCgroup(
    ContainerStore store, Linux linux, ContainerPlace place, @Nullable String unit) {
  /** How long a killed process may take to be gone, uninterruptible sleep included. */
  static final Duration ENDING = Duration.ofSeconds(10);

  private CgroupTree tree() {
    return store.launch().tree();
  }

  /** Null when it has been removed, or there is none. */
  @Nullable Cgroup openIfExists() {
    String path = place.cgroup();
    return path == null ? null : tree().openIfExists(path);
  }

  /** The path, of a container that has a cgroup. */
  private String path(String what) {
    String path = place.cgroup();
    if (path == null) {
      throw new LifecycleException(
          "the container "
              + place.id()
              + " has no cgroup of its own and cannot be "
              + what
              + "; an ordinary user gets one where the host lets the user make cgroups");
    }
    return path;
  }

  /**
   * Opens it, or a cgroup below.
   *
   * @param below null for itself
   * @return null when the container has none
   */
  @Nullable Cgroup openBelow(@Nullable String below) {
    if (below == null) {
      return place.cgroup() == null ? null : tree().open(path("entered"));
    }
    return tree().open(path("entered below it") + CgroupPaths.below(below));
  }

  /** By its descriptor: for who has the kernel's calls loaded, as an exec has. */
  boolean isFrozen() {
    try (Cgroup cgroup = openIfExists()) {
      String events = cgroup == null ? null : cgroup.read("cgroup.events");
      return events != null && events.contains("frozen 1");
    }
  }

  void freeze() {
    try (Cgroup cgroup = tree().open(path("paused"))) {
      cgroup.freeze(ENDING);
    }
  }

  void thaw() {
    try (Cgroup cgroup = tree().open(path("resumed"))) {
      cgroup.thaw();
    }
  }

  /** Where it is on the host, for a program that works on it. */
  Path folder(String what) {
    return Path.of(tree().mountPoint() + path(what));
  }

  /** Lets its processes go on that a program has stopped and left so. */
  void thawIfFrozen(RuntimeException cause) {
    try (Cgroup cgroup = openIfExists()) {
      if (cgroup != null) {
        cgroup.thaw();
      }
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** What is null or absent stays as it is. */
  void limit(Resources resources) {
    String path = path("limited");
    CgroupTree tree = tree();
    try (Cgroup cgroup = tree.open(path)) {
      var settings = ResourceSettings.of(CpuBandwidth.completed(resources, cgroup));
      tree.check(settings);
      if (unit == null) {
        enableAbove(path, settings);
      } else {
        // What is enabled above is up to systemd, which has enabled all that it has.
        try (Systemd systemd = store.systemd()) {
          Scope.update(systemd, unit, settings);
        }
      }
      cgroup.apply(settings);
    }
  }

  private void enableAbove(String path, List<Setting> settings) {
    try (Cgroup above = tree().open(ContainerPlace.above(path))) {
      above.enableFor(settings);
    }
  }

  /** The process ids as the host sees them. */
  List<Integer> processes() {
    try (Cgroup cgroup = openIfExists()) {
      return cgroup == null ? List.of() : below(cgroup);
    }
  }

  /**
   * Sends a signal to every process.
   *
   * @throws LifecycleException when it has been removed
   */
  void signalAll(int signal) {
    try (Cgroup cgroup = openIfExists()) {
      if (cgroup == null) {
        throw new LifecycleException("the container " + place.id() + " is stopped");
      }
      if (signal == Signals.SIGKILL) {
        cgroup.kill();
        return;
      }
      for (int pid : below(cgroup)) {
        try (PidFd process = linux.processes().pidfdOpen(pid)) {
          // Still there: its number was not handed to a stranger before it was opened.
          if (process != null && below(cgroup).contains(pid)) {
            linux.processes().signal(process, signal);
          }
        }
      }
    }
  }

  private static List<Integer> below(Cgroup cgroup) {
    List<Integer> pids = new ArrayList<>(cgroup.processes());
    pids.remove(Integer.valueOf(0));
    return pids;
  }

  /** Ends what still runs in it, and removes it, and the unit with it. */
  void remove() {
    removeFolder();
    stopUnit();
  }

  /**
   * Tells systemd, which finds out by itself otherwise, as soon as the scope is empty: so where it
   * cannot be told, that is no reason to keep the container.
   */
  private void stopUnit() {
    if (unit != null) {
      try (Systemd systemd = store.systemd()) {
        systemd.stop(unit);
      } catch (SystemdException e) {
        System.getLogger(StoredContainer.class.getName())
            .log(System.Logger.Level.WARNING, "container " + place.id() + ": " + e.getMessage());
      }
    }
  }

  private void removeFolder() {
    String path = place.cgroup();
    CgroupFolder folder = path == null ? null : CgroupFolder.locate(path);
    if (folder == null || folder.removeIfEmpty()) {
      return;
    }
    try (Cgroup cgroup = openIfExists()) {
      if (cgroup != null) {
        cgroup.destroy(ENDING);
      }
    }
  }
}
