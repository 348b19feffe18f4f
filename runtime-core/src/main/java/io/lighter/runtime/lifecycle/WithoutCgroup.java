package io.lighter.runtime.lifecycle;

import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.util.ArrayList;
import java.util.List;

/** What a specification becomes for a container that has no cgroup of its own. */
final class WithoutCgroup {
  private static final List<String> CGROUP_TYPES = List.of("cgroup", "cgroup2");

  private WithoutCgroup() {}

  /**
   * Returns what is started in its place.
   *
   * @throws UnsupportedSpecException when it needs a cgroup
   */
  static Spec of(Spec spec) {
    LinuxConfig linux = spec.linuxOrEmpty();
    if (!linux.createsNamespace(NamespaceType.PID)) {
      throw new UnsupportedSpecException(
          "linux.namespaces",
          "a container without a cgroup and without a new PID namespace",
          "nobody could find its processes to end them; this user may make no cgroup here, so add"
              + " {\"type\": \"pid\"}");
    }
    boolean ownView = linux.createsNamespace(NamespaceType.CGROUP);
    List<Mount> mounts = new ArrayList<>();
    for (Mount mount : spec.mounts()) {
      boolean ofCgroups = CGROUP_TYPES.contains(String.valueOf(mount.type()));
      mounts.add(ofCgroups ? readOnly(mount, ownView) : mount);
    }
    return spec.with(s -> s.mounts = mounts);
  }

  /** What is to be seen there is the starter's: nothing of it may be changed (CVE-2023-25809). */
  private static Mount readOnly(Mount mount, boolean ownView) {
    if (!ownView) {
      // With all that is mounted there, because parts cannot be uncovered: mount_namespaces(7).
      return new Mount(
          mount.destination(),
          "bind",
          "/sys/fs/cgroup",
          List.of("rbind", "nosuid", "noexec", "nodev", "rro"));
    }
    List<String> options = new ArrayList<>(mount.options());
    options.remove("rw");
    if (!options.contains("ro")) {
      options.add("ro");
    }
    return new Mount(mount.destination(), mount.type(), mount.source(), options);
  }
}
