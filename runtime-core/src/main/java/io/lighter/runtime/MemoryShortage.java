package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import org.jspecify.annotations.Nullable;

/**
 * Tells that a start failed for want of memory, where the kernel's own error, which may be ENOMEM
 * or ENOSPC in any call, does not: the container's cgroup counts how often that was so.
 */
final class MemoryShortage {
  private MemoryShortage() {}

  /** Returns what is to be told of a start that failed, which may be what it was. */
  static RuntimeException explain(RuntimeException failure, @Nullable Cgroup cgroup) {
    if (cgroup == null || !(failure instanceof StartException)) {
      return failure;
    }
    String events = cgroup.read("memory.events");
    boolean lacking =
        events != null
            && events.lines().anyMatch(line -> line.startsWith("oom ") && !line.equals("oom 0"));
    return lacking
        ? new StartException(
            failure.getMessage()
                + ": the container's memory limit is too small for its start, give it more",
            failure)
        : failure;
  }
}
