package io.lighter.runtime.lifecycle;

import io.lighter.runtime.OwnUsers;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Spec;
import java.util.ArrayList;
import java.util.List;

/**
 * What a specification becomes for a starter that may do less than the host's root.
 *
 * @param spec what is started
 * @param warnings what of the specification is not carried out
 */
record StarterSpec(Spec spec, List<String> warnings) {

  /**
   * Returns what is started in place of a specification.
   *
   * @param hasCgroup whether the container gets a cgroup of its own
   * @param users the user namespace of the starter
   */
  static StarterSpec of(Spec spec, boolean hasCgroup, OwnUsers users) {
    Spec changed = hasCgroup ? spec : WithoutCgroup.of(spec);
    Resources resources = spec.linuxOrEmpty().resources();
    if (users.initial() || resources == null || resources.devices().isEmpty()) {
      return new StarterSpec(changed, List.of());
    }
    // No device node can be made there, so that a container reaches those that it is given.
    Resources others = resources.with(r -> r.devices = List.of());
    Spec unfiltered =
        changed.with(s -> s.linux = spec.linuxOrEmpty().with(l -> l.resources = others));
    return new StarterSpec(
        unfiltered,
        List.of(
            "linux.resources.devices: device access is limited by the permissions of the host's"
                + " devices only: in a user namespace no device filter can be attached"));
  }

  /** Adds others' warnings. */
  List<String> warnings(List<String> others) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(others);
    return all;
  }
}
