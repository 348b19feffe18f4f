package io.lighter.runtime.launch;

import static io.lighter.linux.Keyctl.*;

import io.lighter.linux.Errno;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import org.jspecify.annotations.Nullable;

/**
 * A session keyring of the container's own, keyrings(7): without one it would have the starter's,
 * with the keys of whoever started the daemon in it, because no namespace separates them.
 */
final class SessionKeyring {
  /** What a new session keyring grants, and the search by which an exec joins it. */
  private static final int PERMISSIONS =
      KEY_POS_ALL | KEY_USR_VIEW | KEY_USR_READ | KEY_USR_SEARCH | KEY_USR_LINK;

  private SessionKeyring() {}

  /**
   * Adds the steps. A kernel without CONFIG_KEYS has no keyrings to separate: ENOSYS is no error.
   *
   * @param id the container's, or null for a keyring that nobody can join. With an id the keyring
   *     is called {@code _ses.ID} as runc's and crun's are, so that an exec finds it; a keyring of
   *     that name which is there already is joined, hence ids must not come back
   */
  static void join(LaunchProgram program, @Nullable String id) {
    if (id == null) {
      program.call(SystemCall.KEYCTL, KEYCTL_JOIN_SESSION_KEYRING, 0).tolerate(Errno.ENOSYS);
      return;
    }
    Step keyring =
        program
            .call(SystemCall.KEYCTL, KEYCTL_JOIN_SESSION_KEYRING, "_ses." + id)
            .tolerateAndSkip(1, Errno.ENOSYS);
    program.call(SystemCall.KEYCTL, KEYCTL_SETPERM, keyring, PERMISSIONS);
  }
}
