package io.lighter.runtime.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The user and groups of a process, in the container's user namespace. Ids are 0 to 2^32-2.
 *
 * @param uid user id
 * @param gid primary group id
 * @param umask file mode creation mask, 0 to 0777; absent leaves it as inherited
 * @param additionalGids supplementary groups
 */
public record User(long uid, long gid, @Nullable Integer umask, List<Long> additionalGids) {
  /** Root with no supplementary groups. */
  public static final User ROOT = new User(0, 0, null, List.of());

  public User {
    Range.checkId("user.uid", uid);
    Range.checkId("user.gid", gid);
    if (umask != null) {
      Range.check("user.umask", umask, 0, 0777);
    }
    additionalGids = List.copyOf(additionalGids);
    for (long id : additionalGids) {
      Range.checkId("user.additionalGids", id);
    }
  }

  public User(long uid, long gid) {
    this(uid, gid, null, List.of());
  }
}
