package io.lighter.runtime.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * cgroup v1's net_cls and net_prio.
 *
 * @param classId class of the packets, uint32
 * @param priorities priorities by interface of the host
 */
public record Network(@Nullable Long classId, List<InterfacePriority> priorities) {
  public Network {
    if (classId != null) {
      Range.checkUint32("classID", classId);
    }
    priorities = List.copyOf(priorities);
  }
}
