package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.Setting;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Signals;
import io.lighter.overlay.RootAttributes;
import io.lighter.overlay.WritableLayer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one start has taken from the host so far. Not thread-safe. */
final class StartResources {
  private final Linux linux;
  private final Housekeeping housekeeping;
  private final List<Fd> inherited = new ArrayList<>(4);
  private @Nullable WritableLayer layer;
  private @Nullable Cgroup cgroup;
  private @Nullable PidFd child;

  StartResources(Linux linux, Housekeeping housekeeping) {
    this.linux = linux;
    this.housekeeping = housekeeping;
  }

  /** Notes a descriptor that only the child needs. */
  Fd keep(Fd fd) {
    inherited.add(fd);
    return fd;
  }

  /** The child has its own of each. */
  void closeInherited() {
    for (int i = 0; i < inherited.size(); i++) {
      inherited.get(i).close();
    }
  }

  /** Takes a cgroup, where containers get one. */
  @Nullable Cgroup cgroup(Collection<Setting> limits) {
    cgroup = housekeeping.takeCgroup(limits);
    return cgroup;
  }

  @Nullable Cgroup cgroup() {
    return cgroup;
  }

  /** Takes a writable layer. */
  WritableLayer layer(RootAttributes root) {
    WritableLayer taken = housekeeping.takeLayer(root);
    layer = taken;
    return taken;
  }

  @Nullable WritableLayer layer() {
    return layer;
  }

  /** Notes the first process. */
  void born(PidFd process) {
    child = process;
  }

  /** Gives all of it back, and reports what cannot be given back beside the cause. */
  void giveBack(RuntimeException cause) {
    PidFd started = child;
    if (started != null) {
      attempt(
          cause,
          () -> {
            // It has ended, unless it waits at a gate.
            linux.processes().signal(started, Signals.SIGKILL);
            linux.processes().waitFor(started);
            started.close();
          });
    }
    Cgroup made = cgroup;
    if (made != null) {
      attempt(cause, () -> housekeeping.remove(made));
    }
    WritableLayer written = layer;
    if (written != null) {
      attempt(cause, () -> housekeeping.remove(written));
    }
  }

  private static void attempt(RuntimeException cause, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }
}
