package io.lighter.runtime.resources;

import static io.lighter.runtime.resources.ResourceSettings.orZero;
import static io.lighter.runtime.resources.ResourceSettings.refused;

import io.lighter.cgroups.MemorySettings;
import io.lighter.cgroups.Setting;
import io.lighter.runtime.spec.Memory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code linux.resources.memory}. Everywhere -1 is no limit and 0 leaves the kernel's. */
final class MemoryLimits {
  private MemoryLimits() {}

  static void add(@Nullable Memory memory, List<Setting> settings) {
    if (memory == null) {
      return;
    }
    refuseWhatV2Lacks(memory);
    long reservation = orZero(memory.reservation());
    if (reservation != 0) {
      settings.add(MemorySettings.low(reservation));
    }
    long limit = orZero(memory.limit());
    addSwap(limit, orZero(memory.swap()), settings);
    if (limit != 0) {
      settings.add(MemorySettings.max(limit));
    }
  }

  /**
   * The specification's {@code swap} is the sum of memory and swap, cgroup v2 limits swap alone. A
   * kernel without swap lacks the file, and then no swap and any amount of it are the same.
   */
  private static void addSwap(long limit, long swap, List<Setting> settings) {
    if (swap == Setting.UNLIMITED || (swap == 0 && limit == Setting.UNLIMITED)) {
      settings.add(MemorySettings.swapMax(Setting.UNLIMITED).ifPresent());
    } else if (swap != 0) {
      checkSum(limit, swap);
      Setting swapMax = MemorySettings.swapMax(swap - limit);
      settings.add(swap == limit ? swapMax.ifPresent() : swapMax);
    }
  }

  private static void checkSum(long limit, long swap) {
    if (limit <= 0) {
      throw refused(
          "memory.swap", swap + " is memory and swap together and needs memory.limit beside it");
    }
    if (swap < limit) {
      throw refused(
          "memory.swap",
          swap + " is memory and swap together, so not less than the limit " + limit);
    }
  }

  private static void refuseWhatV2Lacks(Memory memory) {
    refuseLimit("memory.kernel", memory.kernel());
    refuseLimit("memory.kernelTCP", memory.kernelTcp());
    if (memory.swappiness() != null) {
      throw refused(
          "memory.swappiness",
          "cgroup v2 has no swappiness of a cgroup; sysctl vm.swappiness is for the whole host");
    }
    if (Boolean.TRUE.equals(memory.disableOomKiller())) {
      throw refused(
          "memory.disableOOMKiller",
          "cgroup v2 cannot stop processes in place of killing; set unified memory.high below the"
              + " limit to slow them down first");
    }
    if (Boolean.FALSE.equals(memory.useHierarchy())) {
      throw refused("memory.useHierarchy", "cgroup v2 always counts what is below, too");
    }
  }

  private static void refuseLimit(String field, @Nullable Long bytes) {
    if (bytes != null && bytes > 0) {
      throw refused(field, "cgroup v2 counts kernel memory within memory.limit; leave it out");
    }
  }
}
