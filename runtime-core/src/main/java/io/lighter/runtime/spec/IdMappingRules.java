package io.lighter.runtime.spec;

import java.util.List;

/** Rules of user_namespaces(7) for the ranges of one map. */
final class IdMappingRules {
  private static final int MOST_LINES = 340;

  private IdMappingRules() {}

  static void check(List<IdMapping> mappings, String path, Problems problems) {
    problems.require(
        mappings.size() <= MOST_LINES,
        path,
        "the kernel takes at most " + MOST_LINES + " ranges, found " + mappings.size());
    for (int i = 0; i < mappings.size(); i++) {
      for (int j = 0; j < i; j++) {
        IdMapping one = mappings.get(i);
        IdMapping other = mappings.get(j);
        problems.require(
            !overlap(one.containerId(), one.size(), other.containerId(), other.size())
                && !overlap(one.hostId(), one.size(), other.hostId(), other.size()),
            path + "[" + i + "]",
            "overlaps the range at index " + j);
      }
    }
  }

  static boolean covers(List<IdMapping> mappings, long id) {
    return mappings.stream().anyMatch(mapping -> mapping.covers(id));
  }

  private static boolean overlap(long start, long size, long otherStart, long otherSize) {
    return start < otherStart + otherSize && otherStart < start + size;
  }
}
