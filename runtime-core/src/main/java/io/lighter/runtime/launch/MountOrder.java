package io.lighter.runtime.launch;

import io.lighter.runtime.spec.Mount;
import java.util.ArrayList;
import java.util.List;

/**
 * In which order mounts are made: that of the specification, except that procfs and what lies in it
 * come last.
 *
 * <p>A destination may be a link of the image. As long as there is no procfs, no link leads into
 * one: whatever an image or a container that shares the root does meanwhile, what it leads to is
 * the image's own folder, which procfs covers in the end (CVE-2019-16884, CVE-2023-27561).
 */
final class MountOrder {
  private MountOrder() {}

  static List<Mount> of(List<Mount> mounts) {
    List<Mount> ordered = new ArrayList<>(mounts.size());
    List<Mount> last = new ArrayList<>();
    for (Mount mount : mounts) {
      String destination = ContainerPath.normalize("mounts[].destination", mount.destination());
      (ContainerPath.isBelow(destination, "/proc") ? last : ordered).add(mount);
    }
    ordered.addAll(last);
    return ordered;
  }
}
