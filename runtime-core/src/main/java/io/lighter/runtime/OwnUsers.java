package io.lighter.runtime;

import io.lighter.overlay.RootAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The user namespace of this process. In any but the initial one there is less to give to a
 * container: no device node can be made, ids must be mapped, and groups may be out of reach.
 *
 * @param initial whether it is the one that the machine was booted with
 * @param setsGroups whether setgroups(2) is allowed
 * @param uids the user ids that there are
 * @param gids the group ids that there are
 * @see <a href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">
 *     user_namespaces(7)</a>
 */
public record OwnUsers(boolean initial, boolean setsGroups, IdRanges uids, IdRanges gids) {
  /** The inode of the initial one: PROC_USER_INIT_INO of {@code <linux/proc_ns.h>}. */
  private static final String INITIAL = "user:[4026531837]";

  /**
   * What the sysctls kernel.overflowuid and kernel.overflowgid are unless somebody changed them.
   */
  private static final long OVERFLOW = 65534;

  private static final Path SELF = Path.of("/proc/self");

  /**
   * Returns the attributes that a folder can be given in place of those that one has: what belongs
   * to an id that is not mapped shows an overflow id, and becomes root's.
   */
  RootAttributes known(RootAttributes root) {
    boolean knowsUser = initial || (root.uid() != OVERFLOW && uids.contains(root.uid()));
    boolean knowsGroup = initial || (root.gid() != OVERFLOW && gids.contains(root.gid()));
    return new RootAttributes(
        root.permissions(), knowsUser ? root.uid() : 0, knowsGroup ? root.gid() : 0);
  }

  /**
   * Looks at this process.
   *
   * @throws IOException when proc(5) is not mounted
   */
  public static OwnUsers read() throws IOException {
    return new OwnUsers(
        Files.readSymbolicLink(SELF.resolve("ns/user")).toString().equals(INITIAL),
        !Files.readString(SELF.resolve("setgroups")).startsWith("deny"),
        IdRanges.parse(Files.readString(SELF.resolve("uid_map"))),
        IdRanges.parse(Files.readString(SELF.resolve("gid_map"))));
  }
}
