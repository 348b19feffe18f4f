package io.lighter.cli.oci;

import io.lighter.cli.flags.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose call it is. Asked of procfs: the way to the kernel's own calls takes longer than a whole
 * {@code state}.
 *
 * @param uid the effective user id, as the caller sees it
 * @param ordinary whether it is not the host's root, nor one of a user namespace who is called root
 */
record CallerUser(long uid, boolean ordinary) {
  /** In the environment of a call that runs in a user namespace made for it: the user's id. */
  static final String ENTERED_FOR = "LIGHTER_OCI_ENTERED_FOR";

  /** The inode of the initial one: PROC_USER_INIT_INO of {@code <linux/proc_ns.h>}. */
  private static final String INITIAL = "user:[4026531837]";

  static CallerUser look(Map<String, String> environment) {
    try {
      long uid = id("uid");
      return new CallerUser(uid, uid != 0 || isUserInNamespace(environment));
    } catch (IOException e) {
      throw new UsageException("/proc must be mounted: " + e);
    }
  }

  /** As runc tells them: root of a user namespace whose name is another is a user who became it. */
  private static boolean isUserInNamespace(Map<String, String> environment) throws IOException {
    if (environment.containsKey(ENTERED_FOR)) {
      return true;
    }
    return !"root".equals(environment.get("USER"))
        && !Files.readSymbolicLink(Path.of("/proc/self/ns/user")).toString().equals(INITIAL);
  }

  /** An id of this process, {@code uid} or {@code gid}, while it is dumpable. */
  static long id(String kind) throws IOException {
    return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:" + kind) & 0xFFFF_FFFFL;
  }

  /**
   * The folder of the containers' state when {@code --root} names none.
   *
   * @throws UsageException when an ordinary user has no folder for it
   */
  Path defaultRoot(Map<String, String> environment) {
    String runtime = absolute(environment.get("XDG_RUNTIME_DIR"));
    if (ordinary && runtime != null) {
      return Path.of(runtime, "lighter");
    }
    if (uid != 0) {
      throw new UsageException(
          "there is no folder for the containers' state: XDG_RUNTIME_DIR is not set; log in as the"
              + " user, or give --root");
    }
    return Path.of("/run/lighter");
  }

  private static @Nullable String absolute(@Nullable String path) {
    return path != null && path.startsWith("/") ? path : null;
  }
}
