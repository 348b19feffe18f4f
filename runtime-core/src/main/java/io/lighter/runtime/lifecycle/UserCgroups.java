package io.lighter.runtime.lifecycle;

import io.lighter.cgroups.Delegation;
import io.lighter.runtime.ContainerPlace;
import io.lighter.runtime.resources.ResourceSettings;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the cgroup of a container lies whose maker may not make one everywhere: where the
 * configuration says; or else beside the maker's own, which has processes and so can hand no
 * controllers down; or else in it. A container that may have one nowhere goes without.
 */
final class UserCgroups {
  private final Delegation delegation;

  UserCgroups(Delegation delegation) {
    this.delegation = delegation;
  }

  /**
   * Returns the absolute path, or null when there is to be none.
   *
   * @throws UnsupportedSpecException when there can be none and there shall be limits
   */
  @Nullable String of(LinuxConfig linux, String id) {
    List<String> candidates = candidates(linux.cgroupsPath(), id);
    for (String candidate : candidates) {
      if (delegation.covers(candidate)) {
        return candidate;
      }
    }
    var limits = ResourceSettings.of(linux.resources());
    if (!limits.isEmpty()) {
      throw new UnsupportedSpecException(
          "linux.resources",
          "limiting this container (" + limits.getFirst() + ")",
          "its cgroup would be "
              + String.join(" or ", candidates)
              + ", where this user may make none; name one in linux.cgroupsPath that root has left"
              + " to the user, start it by systemd-run --user --scope -p Delegate=yes ..., or leave"
              + " the limit out");
    }
    return null;
  }

  /**
   * Checks what systemd makes for a user: it can, but a child can be born there only of who is in
   * what is left to the user, too.
   *
   * @param scope absolute
   * @throws LifecycleException when no child of this process can
   */
  void requireBirthsIn(String scope) {
    if (!delegation.covers(scope)) {
      throw new LifecycleException(
          "--systemd-cgroup: no process can be born in "
              + scope
              + ", which the user's systemd would make, because this one is in "
              + (delegation.own() == null ? "a cgroup that is not to be seen" : delegation.own())
              + ", which is none of that systemd's; call it by systemd-run --user --scope ..., or"
              + " leave --systemd-cgroup out");
    }
  }

  private List<String> candidates(@Nullable String asked, String id) {
    if (asked != null && asked.startsWith("/")) {
      return List.of(CgroupPaths.of(asked, id));
    }
    List<String> candidates = new ArrayList<>();
    String own = delegation.own();
    if (own != null) {
      String name = CgroupPaths.of(asked, id).substring(CgroupPaths.BASE.length());
      if (!own.equals("/")) {
        String above = ContainerPlace.above(own);
        candidates.add(above.equals("/") ? name : above + name);
      }
      candidates.add(own.equals("/") ? name : own + name);
    }
    return candidates;
  }
}
