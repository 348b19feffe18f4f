package io.lighter.runtime;

import io.lighter.runtime.spec.IdMapping;
import io.lighter.runtime.spec.LinuxConfig;
import java.util.List;

/** What the ids of a container are on the host. */
final class HostIds {
  private HostIds() {}

  /** Returns a user id; one that is not mapped stays as it is. */
  static long uid(LinuxConfig linux, long inside) {
    return mapped(linux.uidMappings(), inside);
  }

  /** Returns a group id; one that is not mapped stays as it is. */
  static long gid(LinuxConfig linux, long inside) {
    return mapped(linux.gidMappings(), inside);
  }

  private static long mapped(List<IdMapping> mappings, long inside) {
    for (IdMapping mapping : mappings) {
      if (mapping.covers(inside)) {
        return mapping.hostId() + (inside - mapping.containerId());
      }
    }
    return inside;
  }
}
