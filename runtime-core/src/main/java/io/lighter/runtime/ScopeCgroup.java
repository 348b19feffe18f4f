package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.cgroups.PidsSettings;
import io.lighter.cgroups.Setting;
import io.lighter.linux.Linux;
import io.lighter.runtime.systemd.Scope;
import io.lighter.runtime.systemd.SystemdException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cgroup that systemd makes, as a scope.
 *
 * <p>systemd makes no scope without a process, and ends one that has none any more. But the
 * container's first process is born in its cgroup, so that must be there before. So a {@link
 * Placeholder} is in it until then.
 *
 * <p>One thread at a time.
 */
final class ScopeCgroup implements CgroupMaker {
  private static final Duration ENDING = Duration.ofSeconds(10);
  private static final String PIDS = "pids.max";

  private final Linux linux;
  private final CgroupTree tree;
  private final Scope scope;
  private @Nullable Placeholder placeholder;
  private @Nullable Cgroup cgroup;
  private List<Setting> later = List.of();

  ScopeCgroup(Linux linux, CgroupTree tree, Scope scope) {
    this.linux = linux;
    this.tree = tree;
    this.scope = scope;
  }

  @Override
  public Cgroup make(List<Setting> settings) {
    Placeholder first = Placeholder.start(linux);
    placeholder = first;
    Cgroup made = null;
    try {
      scope.start(first.pid(), settings);
      made = open();
      later = settings.stream().filter(setting -> setting.file().equals(PIDS)).toList();
      // Once more: not every limit is a property, and systemd only logs those it could not set.
      made.apply(withRoomForOneMore(settings));
      cgroup = made;
      return made;
    } catch (RuntimeException e) {
      undo(e, made);
      throw e;
    }
  }

  private Cgroup open() {
    Cgroup made = tree.openIfExists(scope.cgroup());
    if (made == null) {
      throw new SystemdException(
          "systemd has started "
              + scope.name().unit()
              + ", but its cgroup "
              + scope.cgroup()
              + " is not in "
              + tree.mountPoint()
              + ": is the systemd of another cgroup namespace asked?");
    }
    return made;
  }

  /** The placeholder counts, too, until it goes: where one process is allowed, there are two. */
  private static List<Setting> withRoomForOneMore(List<Setting> settings) {
    List<Setting> roomy = new ArrayList<>();
    for (Setting setting : settings) {
      boolean counts = setting.file().equals(PIDS) && setting.value().matches("\\d{1,9}");
      roomy.add(counts ? PidsSettings.max(Long.parseLong(setting.value()) + 1) : setting);
    }
    return roomy;
  }

  private void undo(RuntimeException cause, @Nullable Cgroup made) {
    try {
      if (made == null) {
        // A scope that comes late, or is not to be reached, is empty then, and ends by itself.
        leave();
      } else {
        remove(made);
      }
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public void inhabited() {
    leave();
    if (cgroup != null) {
      cgroup.apply(later);
    }
  }

  private void leave() {
    Placeholder last = placeholder;
    placeholder = null;
    if (last != null) {
      last.close();
    }
  }

  @Override
  public void remove(Cgroup cgroup) {
    leave();
    try (cgroup) {
      cgroup.destroy(ENDING);
    }
    scope.stop();
  }
}
