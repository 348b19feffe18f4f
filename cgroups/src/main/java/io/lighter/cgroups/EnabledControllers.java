package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.LinuxException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which controllers a cgroup hands down to its children, remembered so that asking for them again
 * costs nothing. Somebody else may disable one behind our back; {@link #forget} and enabling again
 * mends that. Safe for use by many threads: two that enable the same at once do no harm.
 */
final class EnabledControllers {
  private static final String FILE = "cgroup.subtree_control";

  private final Cgroup cgroup;

  /** Never changed, only replaced. */
  private volatile Set<Controller> known = EnumSet.noneOf(Controller.class);

  EnabledControllers(Cgroup cgroup) {
    this.cgroup = cgroup;
  }

  void forget() {
    known = EnumSet.noneOf(Controller.class);
  }

  void enableFor(Collection<Setting> settings) {
    Set<Controller> wanted = null;
    for (Setting setting : settings) {
      Controller controller = setting.controller();
      if (controller != null && !known.contains(controller)) {
        wanted = wanted == null ? EnumSet.noneOf(Controller.class) : wanted;
        wanted.add(controller);
      }
    }
    if (wanted != null) {
      enable(wanted);
    }
  }

  void enable(Set<Controller> controllers) {
    if (known.containsAll(controllers)) {
      return;
    }
    Set<Controller> missing = EnumSet.noneOf(Controller.class);
    missing.addAll(controllers);
    missing.removeAll(parse(FILE));
    if (!missing.isEmpty()) {
      enableAbove(missing);
      write("+", missing);
    }
    Set<Controller> all = EnumSet.copyOf(known);
    all.addAll(controllers);
    known = all;
  }

  void disableAll() {
    forget();
    Set<Controller> enabled = parse(FILE);
    if (!enabled.isEmpty()) {
      write("-", enabled);
    }
  }

  /** A controller can be handed down only where the parent hands it down to this cgroup. */
  private void enableAbove(Set<Controller> wanted) {
    Set<Controller> unavailable = EnumSet.copyOf(wanted);
    unavailable.removeAll(parse("cgroup.controllers"));
    if (unavailable.isEmpty()) {
      return;
    }
    try (Cgroup parent = cgroup.parent()) {
      if (parent == null) {
        throw new CgroupException(cgroup.tree().whyNot(unavailable.iterator().next()));
      }
      parent.enable(unavailable);
    }
  }

  private void write(String sign, Set<Controller> controllers) {
    StringBuilder line = new StringBuilder();
    for (Controller controller : controllers) {
      line.append(line.isEmpty() ? "" : " ").append(sign).append(controller);
    }
    try {
      cgroup.tree().files().write(cgroup.fd(), FILE, line.toString());
    } catch (LinuxException e) {
      throw refused(line.toString(), e);
    }
  }

  private CgroupException refused(String line, LinuxException e) {
    String what =
        "cannot "
            + (line.startsWith("-") ? "disable" : "enable")
            + " '"
            + line
            + "' for the children of the cgroup "
            + cgroup.path();
    String why =
        switch (e.errno()) {
          case Errno.EBUSY ->
              ": processes are in it, and cgroup v2 lets a cgroup either hold processes or hand"
                  + " controllers down; move them into a child of it: "
                  + ProcessNames.of(cgroup.tree().files(), cgroup.processes());
          case Errno.EOPNOTSUPP -> ": it is threaded (cgroup.type), which these cannot be";
          case Errno.EROFS -> ": the cgroup tree is mounted read-only";
          case Errno.EACCES, Errno.EPERM -> ": it belongs to another user";
          case Errno.EINVAL ->
              ": the controller refuses, as cpu does when real-time processes are below";
          default -> "";
        };
    return new CgroupException(what + why, e.errno(), e);
  }

  private Set<Controller> parse(String file) {
    return Controller.parse(cgroup.tree().files().read(cgroup.fd(), file));
  }
}
