package io.lighter.runtime.rootless;

import io.lighter.runtime.IdRanges.Range;
import io.lighter.runtime.spec.IdMapping;
import java.util.ArrayList;
import java.util.List;

/**
 * The ids of a user's namespace: the user is its root, and those that the host lends come after.
 *
 * @param uids the user ids
 * @param gids the group ids
 */
record UserMapping(List<IdMapping> uids, List<IdMapping> gids) {
  /** The kernel takes no more lines: UID_GID_MAP_MAX_EXTENTS, Linux 4.15. */
  private static final int MOST_LINES = 340;

  /** The user's own ids and no others, which the kernel lets every user map. */
  static UserMapping single(long uid, long gid) {
    return new UserMapping(of(uid, List.of()), of(gid, List.of()));
  }

  /** The user's own ids and those that are lent. */
  static UserMapping of(long uid, List<Range> lentUids, long gid, List<Range> lentGids) {
    return new UserMapping(of(uid, lentUids), of(gid, lentGids));
  }

  private static List<IdMapping> of(long own, List<Range> lent) {
    List<IdMapping> lines = new ArrayList<>();
    lines.add(new IdMapping(0, own, 1));
    long next = 1;
    for (Range range : lent) {
      boolean isOwn = own >= range.first() && own - range.first() < range.count();
      // An id can be mapped once, and the user's own is.
      if (!isOwn && lines.size() < MOST_LINES) {
        lines.add(new IdMapping(next, range.first(), range.count()));
        next += range.count();
      }
    }
    return lines;
  }

  /** Returns the arguments of newuidmap(1) that map these lines. */
  static List<String> arguments(List<IdMapping> lines) {
    List<String> arguments = new ArrayList<>();
    for (IdMapping line : lines) {
      arguments.add(Long.toString(line.containerId()));
      arguments.add(Long.toString(line.hostId()));
      arguments.add(Long.toString(line.size()));
    }
    return arguments;
  }
}
